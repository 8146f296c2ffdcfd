package dev.attachgateway.signature;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Path and query of a request whose signature is to be verified. Different URLs can have the same canonical form, which does
 * not distinguish {@code %7E} from a tilde, nor one order of the parameters from another. So only URLs are accepted for
 * which all URLs with the same canonical form have the same meaning.
 *
 * @param path as sent
 * @param query as sent, without the question mark; empty when there is none
 */
record SignedUrl(String path, String query) {
    /**
     * Unencoded characters that every parser takes literally: not {@code +}, which some decode to a space, and not
     * {@code ;}.
     */
    private static final Pattern QUERY_COMPONENT =
            Pattern.compile("(?:[A-Za-z0-9\\-_.~*!'(),:/?@$]|%[0-9A-Fa-f]{2})*+");

    /** Decoders substitute it for bytes that are not UTF-8. */
    private static final char REPLACEMENT_CHARACTER = '\uFFFD';

    /**
     * Parses the URL of a request.
     *
     * @param target of the request line
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

    /**
     * The path must be sent in canonical form; the slash at the end is optional, since it does not change the resource.
     */
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
        var previousValues = new HashMap<String, String>();
        for (var parameter : query.split("&", -1)) {
            var pair = parameter.split("=", 2);
            var name = canonicalize(pair[0]);
            var value = pair.length > 1 ? canonicalize(pair[1]) : "";
            var previous = previousValues.put(name, value);
            if (name.isEmpty()) {
                throw new InvalidSignatureException("A parameter of the query has no name.");
            }
            if (previous != null && previous.compareTo(value) > 0) {
                throw new InvalidSignatureException(
                        "The values of a repeated parameter are not in the order in which they are signed.");
            }
        }
    }

    private static String canonicalize(String sent) throws InvalidSignatureException {
        if (!QUERY_COMPONENT.matcher(sent).matches()) {
            throw new InvalidSignatureException("The query has a character that must be percent-encoded.");
        }
        var signed = CanonicalRequest.normalizeEncoding(sent);
        if (signed.contains(CanonicalRequest.normalizeEncoding(String.valueOf(REPLACEMENT_CHARACTER)))) {
            throw new InvalidSignatureException("The query is not percent-encoded UTF-8.");
        }
        return signed;
    }
}
