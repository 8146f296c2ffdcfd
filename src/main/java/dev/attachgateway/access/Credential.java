package dev.attachgateway.access;

import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

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
        text(parts[0], "kid");
        return new Credential(token, text(parts[1], "iss"));
    }

    private static String text(String part, String claim) {
        if (decoded(part).getValue(claim) instanceof String value && !value.isEmpty()) {
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
