package dev.attachgateway.signature;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Path and query of a request whose signature is to be checked. The signed form is coarser than what is sent: it knows no
 * difference between {@code %7E} and a tilde, and none between two orders of the parameters. So only those addresses are
 * taken of which all that share a signed form mean the same.
 *
 * @param path as it was sent
 * @param query as it was sent, without the question mark; empty when there is none
 */
record SignedUrl(String path, String query) {
    /** Raw: what every reader takes for itself. Not {@code +}, which is a space to some, and not {@code ;}. */
    private static final Pattern QUERY_COMPONENT =
            Pattern.compile("(?:[A-Za-z0-9\\-_.~*!'(),:/?@$]|%[0-9A-Fa-f]{2})*+");

    /** What decoders put in place of bytes that are no UTF-8. */
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';

    /**
     * The address of a request.
     *
     * @param target as it stands in the request line
     */
    static SignedUrl parse(String target) throws InvalidSignatureException {
        var mark = target.indexOf('?');
        var signedUrl = mark < 0
                ? new SignedUrl(target, "")
                : new SignedUrl(target.substring(0, mark), target.substring(mark + 1));
        signedUrl.checkPath();
        signedUrl.checkQuery();
        return signedUrl;
    }

    /** Sent as it is signed, but for the slash at the end, which leads nowhere else. */
    private void checkPath() throws InvalidSignatureException {
        if (!path.startsWith("/") || !isCanonicalPath()) {
            throw new InvalidSignatureException(
                    "The path is not percent-encoded as it is signed: everything but A-Z a-z 0-9 - _ . ~.");
        }
    }

    private boolean isCanonicalPath() {
        try {
            var signed = new CanonicalRequest("", path, "", Map.of(), "").canonicalPath();
            return signed.equals(path) || signed.equals(path + "/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkQuery() throws InvalidSignatureException {
        if (query.isEmpty()) {
            return;
        }
        var last = new HashMap<String, String>();
        for (var parameter : query.split("&", -1)) {
            var pair = parameter.split("=", 2);
            var name = canonicalize(pair[0]);
            var value = pair.length > 1 ? canonicalize(pair[1]) : "";
            var before = last.put(name, value);
            if (name.isEmpty()) {
                throw new InvalidSignatureException("A parameter of the query has no name.");
            }
            if (before != null && before.compareTo(value) > 0) {
                throw new InvalidSignatureException(
                        "The values of a repeated parameter are not in the order in which they are signed.");
            }
        }
    }

    private static String canonicalize(String sent) throws InvalidSignatureException {
        if (!QUERY_COMPONENT.matcher(sent).matches()) {
            throw new InvalidSignatureException("The query has a character that has to be percent-encoded.");
        }
        var signed = CanonicalRequest.normalizeEncoding(sent);
        if (signed.contains(CanonicalRequest.normalizeEncoding(String.valueOf(REPLACEMENT_CHARACTER)))) {
            throw new InvalidSignatureException("The query is not percent-encoded UTF-8.");
        }
        return signed;
    }
}
