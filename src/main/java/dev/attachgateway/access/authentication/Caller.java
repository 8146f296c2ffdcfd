package dev.attachgateway.access.authentication;

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
    public static final int MAX_SUBJECT_LENGTH = 512;

    static final int MAX_GROUPS = 1_000;
    static final int MAX_GROUP_LENGTH = 256;

    public Caller {
        groups = Set.copyOf(groups);
    }

    /**
     * Whether it is what everything that keeps callers (streams, operations, the record) can keep as it is: no larger than
     * they are made for, of characters that a database takes, and with a subject at all.
     */
    public boolean isStorable() {
        return !subject.isBlank()
                && subject.length() <= MAX_SUBJECT_LENGTH
                && isStorableText(subject)
                && groups.size() <= MAX_GROUPS
                && groups.stream().allMatch(group -> group.length() <= MAX_GROUP_LENGTH && isStorableText(group));
    }

    /** Half a surrogate pair would become a question mark, and two subjects the same one. */
    private static boolean isStorableText(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** The caller as shown in answers, events and logs, for example {@code sandbox:attacher}. */
    public String displayName() {
        return issuer + ":" + subject;
    }
}
