package dev.attachgateway.access.oidc;

import dev.attachgateway.access.authentication.ConflictingCredentialsException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token as received, not verified yet.
 *
 * @param value the compact JWS
 * @param issuer its {@code iss}, used only to select the keys to verify it with
 */
record BearerToken(String value, String issuer) {
    private static final String BEARER_PREFIX = "bearer ";
    private static final int JWS_PARTS = 3;

    /** Clients send one header; two of each are tolerated. */
    private static final int MAX_HEADERS = 4;

    /** Characters; tokens with hundreds of groups are shorter. */
    private static final int MAX_LENGTH = 16 * 1024;

    private static final List<String> TIME_CLAIMS = List.of("exp", "nbf", "iat");

    /** The end of the year 9999: the libraries fail at later times. */
    private static final double MAX_EPOCH_SECOND = 253_402_300_799d;

    /** Reads {@code Authorization: Bearer} and {@code X-Auth-Token}, the header of Huawei Cloud's own APIs. */
    static BearerToken fromHeaders(MultiMap headers) {
        var values = new ArrayList<>(headers.getAll("Authorization"));
        headers.getAll("X-Auth-Token").forEach(token -> values.add("Bearer " + token.strip()));
        if (values.isEmpty()) {
            throw NotAuthenticatedException.missingCredential();
        }
        if (values.size() > MAX_HEADERS || values.stream().anyMatch(value -> value.length() > MAX_LENGTH)) {
            throw NotAuthenticatedException.invalidToken();
        }
        if (values.stream().map(BearerToken::withoutScheme).distinct().count() > 1) {
            throw new ConflictingCredentialsException();
        }
        String first = values.getFirst();
        if (!isBearer(first)) {
            throw NotAuthenticatedException.invalidToken();
        }
        return parse(withoutScheme(first));
    }

    private static boolean isBearer(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(BEARER_PREFIX);
    }

    private static String withoutScheme(String header) {
        return isBearer(header) ? header.substring(BEARER_PREFIX.length()).strip() : header.strip();
    }

    private static BearerToken parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != JWS_PARTS) {
            throw NotAuthenticatedException.invalidToken();
        }
        // Without a key id each request would fetch the issuer's keys again.
        requiredString(decodeJson(parts[0]), "kid");
        JsonObject claims = decodeJson(parts[1]);
        if (TIME_CLAIMS.stream().anyMatch(claim -> isTimeOutOfRange(claims.getValue(claim)))
                || isRefreshToken(claims)) {
            throw NotAuthenticatedException.invalidToken();
        }
        return new BearerToken(token, requiredString(claims, "iss"));
    }

    private static boolean isTimeOutOfRange(@Nullable Object time) {
        return time instanceof Number seconds && Math.abs(seconds.doubleValue()) > MAX_EPOCH_SECOND;
    }

    /** Keycloak's refresh tokens are for the issuer only; the library would report one as a failure of the issuer. */
    private static boolean isRefreshToken(JsonObject claims) {
        return claims.getValue("typ") instanceof String type && type.equalsIgnoreCase("Refresh");
    }

    private static String requiredString(JsonObject json, String claim) {
        if (json.getValue(claim) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw NotAuthenticatedException.invalidToken();
    }

    private static JsonObject decodeJson(String part) {
        try {
            return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (DecodeException | IllegalArgumentException e) {
            throw NotAuthenticatedException.invalidToken();
        }
    }

    /** Does not contain the token. */
    @Override
    public String toString() {
        return "BearerToken[issuer=" + issuer + "]";
    }
}
