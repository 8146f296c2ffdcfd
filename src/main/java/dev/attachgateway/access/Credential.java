package dev.attachgateway.access;

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
 * A bearer token as it came in: nothing in it is verified yet.
 *
 * @param token the compact JWS
 * @param issuer its {@code iss}, which only says whose keys to try
 */
record Credential(String token, String issuer) {
    private static final String BEARER = "bearer ";
    private static final int PARTS = 3;

    /** Either header twice is more than anybody sends. */
    private static final int MOST_FIELDS = 4;

    /** Characters; tokens with hundreds of groups are shorter. */
    private static final int LONGEST = 16 * 1024;

    private static final List<String> TIMES = List.of("exp", "nbf", "iat");

    /** Of the year 9999: what lies beyond is no time to the libraries, and they fail at it. */
    private static final double LAST_SECOND = 253_402_300_799d;

    /** Both {@code Authorization: Bearer} and {@code X-Auth-Token}, the header of Huawei Cloud's own APIs, carry it. */
    static Credential of(MultiMap headers) {
        List<String> sent = new ArrayList<>(headers.getAll("Authorization"));
        headers.getAll("X-Auth-Token").forEach(token -> sent.add("Bearer " + token.strip()));
        if (sent.isEmpty()) {
            throw NotAuthenticated.missing();
        }
        if (sent.size() > MOST_FIELDS || sent.stream().anyMatch(field -> field.length() > LONGEST)) {
            throw NotAuthenticated.invalid();
        }
        if (sent.stream().map(Credential::withoutScheme).distinct().count() > 1) {
            throw new CredentialsDisagree();
        }
        String first = sent.getFirst();
        if (!isBearer(first)) {
            throw NotAuthenticated.invalid();
        }
        return parse(withoutScheme(first));
    }

    private static boolean isBearer(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(BEARER);
    }

    private static String withoutScheme(String header) {
        return isBearer(header) ? header.substring(BEARER.length()).strip() : header.strip();
    }

    private static Credential parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            throw NotAuthenticated.invalid();
        }
        // Without a key id every request would have to fetch the issuer's keys anew.
        text(decoded(parts[0]), "kid");
        JsonObject claims = decoded(parts[1]);
        if (TIMES.stream().anyMatch(time -> isOutOfTime(claims.getValue(time))) || isForRefreshing(claims)) {
            throw NotAuthenticated.invalid();
        }
        return new Credential(token, text(claims, "iss"));
    }

    private static boolean isOutOfTime(@Nullable Object time) {
        return time instanceof Number seconds && Math.abs(seconds.doubleValue()) > LAST_SECOND;
    }

    /** Of Keycloak: to be shown to the issuer and to nobody else. The library takes it for a failure of the issuer. */
    private static boolean isForRefreshing(JsonObject claims) {
        return claims.getValue("typ") instanceof String type && type.equalsIgnoreCase("Refresh");
    }

    private static String text(JsonObject json, String claim) {
        if (json.getValue(claim) instanceof String value && !value.isEmpty()) {
            return value;
        }
        throw NotAuthenticated.invalid();
    }

    private static JsonObject decoded(String part) {
        try {
            return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        } catch (DecodeException | IllegalArgumentException e) {
            throw NotAuthenticated.invalid();
        }
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "Credential[issuer=" + issuer + "]";
    }
}
