package dev.attachgateway.signature;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** Signs as the SDK does for a stream that it cannot read twice: everything but the body. */
public final class UnsignedBody {
    private static final String NONE = "UNSIGNED-PAYLOAD";

    private UnsignedBody() {}

    /** The headers to send, but for the host. */
    public static Map<String, String> headers(Signer key, String method, URI uri, Instant date) {
        var dated = Signer.DATE_FORMAT.format(date);
        var request = new CanonicalRequest(
                method,
                uri.getRawPath(),
                Objects.requireNonNullElse(uri.getRawQuery(), ""),
                Map.of("Host", uri.getRawAuthority(), Signer.DATE_HEADER, dated, "X-Sdk-Content-Sha256", NONE),
                NONE);
        return Map.of(
                Signer.DATE_HEADER,
                dated,
                "X-Sdk-Content-Sha256",
                NONE,
                "Authorization",
                Signer.ALGORITHM + " Access=" + key.accessKeyId() + ", SignedHeaders=" + request.signedHeaders()
                        + ", Signature=" + request.signature(key.secretKey(), dated));
    }
}
