package dev.attachgateway.audit.seal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * SHA-256 of one line of the record: of each field that is not null, by its name in the order of ASCII, the name, a space,
 * the length of its content in bytes, a space, the content in UTF-8, and a line feed.
 *
 * <p>A field that is null is left out, so that a column that is added later changes nothing about older lines.
 */
public final class AuditEntryDigest {
    private AuditEntryDigest() {}

    /** In hex. */
    public static String of(List<String> names, List<String> contents) {
        var sum = sha256();
        for (var field = 0; field < names.size(); field++) {
            var content = contents.get(field).getBytes(StandardCharsets.UTF_8);
            sum.update((names.get(field) + " " + content.length + " ").getBytes(StandardCharsets.UTF_8));
            sum.update(content);
            sum.update((byte) '\n');
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
