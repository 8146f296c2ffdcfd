package dev.attachgateway.signature;

import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code Authorization: SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…}. The syntax is strict: a header that two
 * parsers could read differently is rejected.
 *
 * @param signedHeaders the names in lower case, sorted, without duplicates
 * @param signature in lower-case hexadecimal
 */
record SignatureHeader(String accessKeyId, List<String> signedHeaders, String signature) {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_SIGNED_HEADERS = 64;

    /** Header names as in RFC 9110, section 5.1; the signed form is in lower case. */
    private static final Pattern FORMAT = Pattern.compile(Signer.ALGORITHM
            + " Access=([A-Za-z0-9_-]{1,128}), SignedHeaders=([!#$%&'*+.^_`|~0-9a-z;-]++), Signature=([0-9a-f]{64})");

    static SignatureHeader parse(String authorization) throws InvalidSignatureException {
        var match = FORMAT.matcher(authorization);
        if (authorization.length() > MAX_LENGTH || !match.matches()) {
            throw new InvalidSignatureException("Authorization is not of the form " + Signer.ALGORITHM
                    + " Access=…, SignedHeaders=…, Signature=….");
        }
        var names = List.of(match.group(2).split(";", -1));
        var isSorted = names.stream().sorted().distinct().toList().equals(names);
        if (!isSorted || names.size() > MAX_SIGNED_HEADERS || names.contains("")) {
            throw new InvalidSignatureException(
                    "SignedHeaders must be at most 64 names, sorted and without duplicates.");
        }
        return new SignatureHeader(match.group(1), names, match.group(3));
    }
}
