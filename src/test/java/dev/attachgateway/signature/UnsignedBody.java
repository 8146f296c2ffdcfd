package dev.attachgateway.signature;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** Signs everything but the body, as the SDK does for a body stream that it cannot read twice. */
public final class UnsignedBody {
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

    private UnsignedBody() {}

    /** The headers to send, except the host. */
    public static Map<String, String> headers(Signer key, String method, URI uri, Instant date) {
        var dateText = Signer.DATE_FORMAT.format(date);
        var request = new CanonicalRequest(
                method,
                uri.getRawPath(),
                Objects.requireNonNullElse(uri.getRawQuery(), ""),
                Map.of(
                        "Host",
                        uri.getRawAuthority(),
                        Signer.DATE_HEADER,
                        dateText,
                        "X-Sdk-Content-Sha256",
                        UNSIGNED_PAYLOAD),
                UNSIGNED_PAYLOAD);
        return Map.of(
                Signer.DATE_HEADER,
                dateText,
                "X-Sdk-Content-Sha256",
                UNSIGNED_PAYLOAD,
                "Authorization",
                Signer.ALGORITHM + " Access=" + key.accessKeyId() + ", SignedHeaders=" + request.signedHeaders()
                        + ", Signature=" + request.signature(key.secretKey(), dateText));
    }
}
