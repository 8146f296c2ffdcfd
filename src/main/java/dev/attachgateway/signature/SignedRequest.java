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
 * A request that says it is signed with an access key (Huawei Cloud, "API Request Signing Guide"). What can be checked without
 * key and body is checked when it is read: that it has the one form in which it can mean only one thing.
 */
public final class SignedRequest {
    private static final String CONTENT_HASH_HEADER = "x-sdk-content-sha256";
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
    private static final Set<String> READ_METHODS = Set.of("GET", "HEAD");
    private static final Set<String> ALWAYS_SIGNED = Set.of("host", "x-sdk-date");

    /** What changes a request's meaning here: the official SDK signs all that its caller sets but the content's type. */
    private static final Set<String> SIGNED_IF_SENT =
            Set.of("idempotency-key", "x-client-token", "prefer", "last-event-id", CONTENT_HASH_HEADER);

    private final String method;
    private final SignedUrl url;
    private final SignatureHeader header;
    private final Map<String, String> signedHeaders = new LinkedHashMap<>();
    private final boolean hasUnsignedBody;
    private final Instant date;

    /**
     * Reads a request.
     *
     * @param method as it was sent
     * @param target path and query as they stand in the request line
     * @param headers all of them, {@code Host} and {@code Authorization} among them, in any order
     * @throws InvalidSignatureException when no key can make its signature count
     */
    public SignedRequest(String method, String target, List<Map.Entry<String, String>> headers)
            throws InvalidSignatureException {
        this.method = method;
        this.url = SignedUrl.parse(target);
        var sent = new LinkedHashMap<String, List<String>>();
        headers.forEach(each -> sent.computeIfAbsent(each.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                .add(each.getValue()));
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
            throw new InvalidSignatureException("A write has to be signed with its body.");
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
            throw new InvalidSignatureException("The header " + name + " has to be signed.");
        }
    }

    private static Instant parseDate(String text) throws InvalidSignatureException {
        try {
            return Signer.DATE_FORMAT.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new InvalidSignatureException("X-Sdk-Date is not of the form 20261123T101500Z.");
        }
    }

    /** Whose key it is said to be signed with; nothing is verified yet. */
    public String accessKeyId() {
        return header.accessKeyId();
    }

    /**
     * The same for the same request alone, however often it is sent. Not the signature itself: whoever has that can send the
     * request again for as long as its date counts.
     */
    public String fingerprint() {
        return Hashes.sha256(header.signature().getBytes(StandardCharsets.US_ASCII));
    }

    /** When it was signed, as it says. */
    public Instant date() {
        return date;
    }

    /** Whether the date is no further from now than that, to either side. */
    public boolean isDatedWithin(Duration bound, Instant now) {
        return Duration.between(date, now).abs().compareTo(bound) <= 0;
    }

    /** Whether this very request was signed with the key; takes equally long wherever a wrong signature differs. */
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

    /** Never the signature. */
    @Override
    public String toString() {
        return "SignedRequest[" + header.accessKeyId() + "]";
    }
}
