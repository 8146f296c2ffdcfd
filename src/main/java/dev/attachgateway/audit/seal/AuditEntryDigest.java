package dev.attachgateway.audit.seal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 of one audit entry: for each field that is not null, in ASCII order of the names, the name, a space, the length of
 * the content in bytes, a space, the content in UTF-8, and a line feed.
 *
 * <p>A field that is null is left out, so that a column that is added later does not change the digests of older entries.
 */
public final class AuditEntryDigest {
    private AuditEntryDigest() {}

    /** The digest in hexadecimal. */
    public static String of(List<String> names, List<String> contents) {
        var digest = sha256();
        for (var field = 0; field < names.size(); field++) {
            var content = contents.get(field).getBytes(StandardCharsets.UTF_8);
            digest.update((names.get(field) + " " + content.length + " ").getBytes(StandardCharsets.UTF_8));
            digest.update(content);
            digest.update((byte) '\n');
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
