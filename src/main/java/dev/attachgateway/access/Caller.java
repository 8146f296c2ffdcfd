package dev.attachgateway.access;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Someone whose credential was verified: the same subject of another issuer is somebody else.
 *
 * @param issuer the name under which the issuer is configured, not its address
 * @param subject the token's {@code sub}
 * @param groups the token's {@code groups}; empty when it has none
 */
public record Caller(String issuer, String subject, Set<String> groups) {
    /** As long as the record keeps: two subjects that differ further on would look the same there. */
    public static final int LONGEST_SUBJECT = 512;

    static final int MOST_GROUPS = 1_000;
    static final int LONGEST_GROUP = 256;

    public Caller {
        groups = Set.copyOf(groups);
    }

    /**
     * Whether it is what everything that keeps callers (streams, operations, the record) can keep as it is: no larger than
     * they are made for, of characters that a database takes, and with a subject at all.
     */
    boolean canBeKept() {
        return !subject.isBlank()
                && subject.length() <= LONGEST_SUBJECT
                && isText(subject)
                && groups.size() <= MOST_GROUPS
                && groups.stream().allMatch(group -> group.length() <= LONGEST_GROUP && isText(group));
    }

    /** Half a surrogate pair would become a question mark, and two subjects the same one. */
    private static boolean isText(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** The caller as shown in answers, events and logs, for example {@code sandbox:attacher}. */
    public String display() {
        return issuer + ":" + subject;
    }
}
