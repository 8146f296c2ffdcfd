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
record Address(String path, String query) {
    /** Raw: what every reader takes for itself. Not {@code +}, which is a space to some, and not {@code ;}. */
    private static final Pattern COMPONENT = Pattern.compile("(?:[A-Za-z0-9\\-_.~*!'(),:/?@$]|%[0-9A-Fa-f]{2})*+");

    /** What decoders put in place of bytes that are no UTF-8. */
    private static final char NOT_UTF8 = '\uFFFD';

    /**
     * The address of a request.
     *
     * @param target as it stands in the request line
     */
    static Address of(String target) throws BadSignature {
        var mark = target.indexOf('?');
        var address =
                mark < 0 ? new Address(target, "") : new Address(target.substring(0, mark), target.substring(mark + 1));
        address.checkPath();
        address.checkQuery();
        return address;
    }

    /** Sent as it is signed, but for the slash at the end, which leads nowhere else. */
    private void checkPath() throws BadSignature {
        if (!path.startsWith("/") || !isSentAsSigned()) {
            throw new BadSignature(
                    "The path is not percent-encoded as it is signed: everything but A-Z a-z 0-9 - _ . ~.");
        }
    }

    private boolean isSentAsSigned() {
        try {
            var signed = new CanonicalRequest("", path, "", Map.of(), "").canonicalPath();
            return signed.equals(path) || signed.equals(path + "/");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkQuery() throws BadSignature {
        if (query.isEmpty()) {
            return;
        }
        var last = new HashMap<String, String>();
        for (var parameter : query.split("&", -1)) {
            var pair = parameter.split("=", 2);
            var name = signed(pair[0]);
            var value = pair.length > 1 ? signed(pair[1]) : "";
            var before = last.put(name, value);
            if (name.isEmpty()) {
                throw new BadSignature("A parameter of the query has no name.");
            }
            if (before != null && before.compareTo(value) > 0) {
                throw new BadSignature(
                        "The values of a repeated parameter are not in the order in which they are signed.");
            }
        }
    }

    private static String signed(String sent) throws BadSignature {
        if (!COMPONENT.matcher(sent).matches()) {
            throw new BadSignature("The query has a character that has to be percent-encoded.");
        }
        var signed = CanonicalRequest.recode(sent);
        if (signed.contains(CanonicalRequest.recode(String.valueOf(NOT_UTF8)))) {
            throw new BadSignature("The query is not percent-encoded UTF-8.");
        }
        return signed;
    }
}
