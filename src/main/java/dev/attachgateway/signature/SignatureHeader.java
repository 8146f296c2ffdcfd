package dev.attachgateway.signature;

import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code Authorization: SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…}, to the letter: what two readers could take
 * for two different things is taken for nothing.
 *
 * @param signedHeaders their names in lower case, in order, each once
 * @param signature in lower-case hexadecimal
 */
record SignatureHeader(String accessKeyId, List<String> signedHeaders, String signature) {
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_SIGNED_HEADERS = 64;

    /** Names as RFC 9110, section 5.1, has them; the signed form is in lower case. */
    private static final Pattern FORMAT = Pattern.compile(Signer.ALGORITHM
            + " Access=([A-Za-z0-9_-]{1,128}), SignedHeaders=([!#$%&'*+.^_`|~0-9a-z;-]++), Signature=([0-9a-f]{64})");

    static SignatureHeader parse(String authorization) throws InvalidSignatureException {
        var match = FORMAT.matcher(authorization);
        if (authorization.length() > MAX_LENGTH || !match.matches()) {
            throw new InvalidSignatureException("Authorization is not of the form " + Signer.ALGORITHM
                    + " Access=…, SignedHeaders=…, Signature=….");
        }
        var names = List.of(match.group(2).split(";", -1));
        var inOrder = names.stream().sorted().distinct().toList().equals(names);
        if (!inOrder || names.size() > MAX_SIGNED_HEADERS || names.contains("")) {
            throw new InvalidSignatureException("SignedHeaders are not at most 64 names in order, each once.");
        }
        return new SignatureHeader(match.group(1), names, match.group(3));
    }
}
