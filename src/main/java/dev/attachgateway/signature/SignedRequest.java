package dev.attachgateway.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A request with an access key signature that is not verified yet (Huawei Cloud, "API Request Signing Guide"). The
 * constructor checks everything that needs neither key nor body: that the request has an unambiguous form.
 */
public final class SignedRequest {
    private static final String CONTENT_HASH_HEADER = "x-sdk-content-sha256";
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
    private static final Set<String> READ_METHODS = Set.of("GET", "HEAD");
    private static final Set<String> ALWAYS_SIGNED = Set.of("host", "x-sdk-date");

    /**
     * Headers that change the meaning of a request: the official SDK signs all headers that its caller sets except the
     * content type.
     */
    private static final Set<String> SIGNED_IF_SENT =
            Set.of("idempotency-key", "x-client-token", "prefer", "last-event-id", CONTENT_HASH_HEADER);

    private final String method;
    private final SignedUrl url;
    private final SignatureHeader header;
    private final Map<String, String> signedHeaders = new LinkedHashMap<>();
    private final boolean hasUnsignedBody;
    private final Instant date;

    /**
     * Parses a request.
     *
     * @param method as sent
     * @param target path and query of the request line
     * @param headers all headers, {@code Host} and {@code Authorization} among them, in any order
     * @throws InvalidSignatureException when the signature cannot be valid under any key
     */
    public SignedRequest(String method, String target, List<Map.Entry<String, String>> headers)
            throws InvalidSignatureException {
        this.method = method;
        this.url = SignedUrl.parse(target);
        var sent = new LinkedHashMap<String, List<String>>();
        headers.forEach(entry -> sent.computeIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                .add(entry.getValue()));
        this.header = SignatureHeader.parse(singleHeader("authorization", sent));
        for (var name : header.signedHeaders()) {
            signedHeaders.put(name, singleHeader(name, sent));
        }
        for (var name : ALWAYS_SIGNED) {
            requireSigned(name);
        }
        for (var name : SIGNED_IF_SENT) {
            if (sent.containsKey(name)) {
                requireSigned(name);
            }
        }
        this.hasUnsignedBody = UNSIGNED_PAYLOAD.equals(signedHeaders.get(CONTENT_HASH_HEADER));
        if (hasUnsignedBody && !READ_METHODS.contains(method)) {
            throw new InvalidSignatureException("A write must be signed with its body.");
        }
        this.date = parseDate(Objects.requireNonNull(signedHeaders.get("x-sdk-date")));
    }

    private static String singleHeader(String name, Map<String, List<String>> sent) throws InvalidSignatureException {
        var values = sent.getOrDefault(name, List.of());
        if (values.size() != 1) {
            throw new InvalidSignatureException("A header of the signature is missing or sent more than once.");
        }
        var value = values.getFirst();
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
            throw new InvalidSignatureException("A signed header is not printable ASCII.");
        }
        return value;
    }

    private void requireSigned(String name) throws InvalidSignatureException {
        if (!signedHeaders.containsKey(name)) {
            throw new InvalidSignatureException("The header " + name + " must be signed.");
        }
    }

    private static Instant parseDate(String text) throws InvalidSignatureException {
        try {
            return Signer.DATE_FORMAT.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new InvalidSignatureException("X-Sdk-Date is not of the form 20261123T101500Z.");
        }
    }

    /** The claimed access key; the signature is not verified yet. */
    public String accessKeyId() {
        return header.accessKeyId();
    }

    /**
     * Identifies this signed request, however often it is sent. It is a hash of the signature and not the signature itself,
     * with which the request could be replayed as long as its date is accepted.
     */
    public String fingerprint() {
        return Hashes.sha256(header.signature().getBytes(StandardCharsets.US_ASCII));
    }

    /** The signing time that the request claims. */
    public Instant date() {
        return date;
    }

    /** Whether the date differs from {@code now} by at most {@code maxSkew}, in either direction. */
    public boolean isDatedWithin(Duration maxSkew, Instant now) {
        return Duration.between(date, now).abs().compareTo(maxSkew) <= 0;
    }

    /** Whether exactly this request was signed with the key; compares in constant time. */
    public boolean isSignedWith(String secretKey, byte[] body) {
        var request = new CanonicalRequest(
                method,
                url.path(),
                url.query(),
                signedHeaders,
                hasUnsignedBody ? UNSIGNED_PAYLOAD : Hashes.sha256(body));
        var expected = request.signature(
                secretKey,
                Objects.requireNonNull(signedHeaders.get("x-sdk-date")).strip());
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), header.signature().getBytes(StandardCharsets.US_ASCII));
    }

    /** Without the signature. */
    @Override
    public String toString() {
        return "SignedRequest[" + header.accessKeyId() + "]";
    }
}
