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
    private static final String CONTENT_HASH = "x-sdk-content-sha256";
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final Set<String> ALWAYS_SIGNED = Set.of("host", "x-sdk-date");

    /** What changes a request's meaning here: the official SDK signs all that its caller sets but the content's type. */
    private static final Set<String> SIGNED_IF_SENT =
            Set.of("idempotency-key", "x-client-token", "prefer", "last-event-id", CONTENT_HASH);

    private final String method;
    private final Address address;
    private final SignatureHeader header;
    private final Map<String, String> signed = new LinkedHashMap<>();
    private final boolean hasUnsignedBody;
    private final Instant date;

    /**
     * Reads a request.
     *
     * @param method as it was sent
     * @param target path and query as they stand in the request line
     * @param headers all of them, {@code Host} and {@code Authorization} among them, in any order
     * @throws BadSignature when no key can make its signature count
     */
    public SignedRequest(String method, String target, List<Map.Entry<String, String>> headers) throws BadSignature {
        this.method = method;
        this.address = Address.of(target);
        var sent = new LinkedHashMap<String, List<String>>();
        headers.forEach(each -> sent.computeIfAbsent(each.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                .add(each.getValue()));
        this.header = SignatureHeader.parse(only("authorization", sent));
        for (var name : header.signedHeaders()) {
            signed.put(name, only(name, sent));
        }
        for (var name : ALWAYS_SIGNED) {
            mustBeSigned(name);
        }
        for (var name : SIGNED_IF_SENT) {
            if (sent.containsKey(name)) {
                mustBeSigned(name);
            }
        }
        this.hasUnsignedBody = UNSIGNED.equals(signed.get(CONTENT_HASH));
        if (hasUnsignedBody && !READS.contains(method)) {
            throw new BadSignature("A write has to be signed with its body.");
        }
        this.date = date(Objects.requireNonNull(signed.get("x-sdk-date")));
    }

    private static String only(String name, Map<String, List<String>> sent) throws BadSignature {
        var values = sent.getOrDefault(name, List.of());
        if (values.size() != 1) {
            throw new BadSignature("A header of the signature is missing or sent more than once.");
        }
        var value = values.getFirst();
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
            throw new BadSignature("A signed header is not printable ASCII.");
        }
        return value;
    }

    private void mustBeSigned(String name) throws BadSignature {
        if (!signed.containsKey(name)) {
            throw new BadSignature("The header " + name + " has to be signed.");
        }
    }

    private static Instant date(String text) throws BadSignature {
        try {
            return Signer.DATE.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new BadSignature("X-Sdk-Date is not of the form 20261123T101500Z.");
        }
    }

    /** Whose key it is said to be signed with; nothing is verified yet. */
    public String accessKey() {
        return header.accessKey();
    }

    /**
     * The same for the same request alone, however often it is sent. Not the signature itself: whoever has that can send the
     * request again for as long as its date counts.
     */
    public String fingerprint() {
        return Digests.sha256(header.signature().getBytes(StandardCharsets.US_ASCII));
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
                method, address.path(), address.query(), signed, hasUnsignedBody ? UNSIGNED : Digests.sha256(body));
        var expected = request.signature(
                secretKey, Objects.requireNonNull(signed.get("x-sdk-date")).strip());
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), header.signature().getBytes(StandardCharsets.US_ASCII));
    }

    /** Never the signature. */
    @Override
    public String toString() {
        return "SignedRequest[" + header.accessKey() + "]";
    }
}
