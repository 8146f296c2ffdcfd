package dev.attachgateway.signature;

import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Signs requests with an access key (Huawei Cloud, "API Request Signing Guide"). The secret key is used as the HMAC key
 * directly, without derivation by date, region or service.
 *
 * @param accessKeyId the id of the key, which is sent
 * @param secretKey the secret, which is never sent
 */
public record Signer(String accessKeyId, String secretKey) {
    /** The scheme's name in {@code Authorization}. */
    public static final String ALGORITHM = "SDK-HMAC-SHA256";

    /** Whether the value of an {@code Authorization} header is a signature of this algorithm. */
    public static boolean isSignature(String authorization) {
        var length = ALGORITHM.length();
        return authorization.regionMatches(true, 0, ALGORITHM, 0, length)
                && (authorization.length() == length || Character.isWhitespace(authorization.charAt(length)));
    }

    static final String DATE_HEADER = "X-Sdk-Date";
    static final DateTimeFormatter DATE_FORMAT = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
            .withResolverStyle(ResolverStyle.STRICT)
            .withZone(ZoneOffset.UTC);

    /**
     * The headers to send: the given ones, the date, and the authorization over all of them and the host.
     *
     * @param headers to be signed and sent; without {@code Host}, which the HTTP client sets itself
     * @param body the bytes to send; empty when there are none
     * @param date rejected by the cloud when it differs from the cloud's clock by more than 15 minutes
     */
    public Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body, Instant date) {
        var sent = new LinkedHashMap<>(headers);
        sent.put(DATE_HEADER, DATE_FORMAT.format(date));
        var signed = new LinkedHashMap<>(sent);
        signed.put("Host", uri.getRawAuthority());
        var request = new CanonicalRequest(
                method,
                uri.getRawPath(),
                Objects.requireNonNullElse(uri.getRawQuery(), ""),
                signed,
                Hashes.sha256(body));
        sent.put(
                "Authorization",
                "%s Access=%s, SignedHeaders=%s, Signature=%s"
                        .formatted(
                                ALGORITHM,
                                accessKeyId,
                                request.signedHeaders(),
                                request.signature(secretKey, DATE_FORMAT.format(date))));
        return sent;
    }

    @Override
    public String toString() {
        return "Signer[" + accessKeyId + "]";
    }
}
