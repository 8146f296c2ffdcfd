package dev.attachgateway.access.authentication;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * An authenticated caller. Subjects are unique within their issuer: the same subject of another issuer is another caller.
 *
 * @param issuer the name under which the issuer is configured, not its address
 * @param subject the token's {@code sub}
 * @param groups the token's {@code groups}; empty when it has none
 */
public record Caller(String issuer, String subject, Set<String> groups) {
    /** Characters. The audit log truncates longer subjects, so that two of them could become the same there. */
    public static final int MAX_SUBJECT_LENGTH = 512;

    static final int MAX_GROUPS = 1_000;
    static final int MAX_GROUP_LENGTH = 256;

    public Caller {
        groups = Set.copyOf(groups);
    }

    /**
     * Whether streams, operations and the audit log can store the caller unchanged: it has a subject, stays within the length
     * limits and contains only characters that the database accepts.
     */
    public boolean isStorable() {
        return !subject.isBlank()
                && subject.length() <= MAX_SUBJECT_LENGTH
                && isStorableText(subject)
                && groups.size() <= MAX_GROUPS
                && groups.stream().allMatch(group -> group.length() <= MAX_GROUP_LENGTH && isStorableText(group));
    }

    /** An unpaired surrogate is encoded as a question mark, so that two subjects could become the same. */
    private static boolean isStorableText(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** The caller as shown in responses, events and logs, for example {@code sandbox:attacher}. */
    public String displayName() {
        return issuer + ":" + subject;
    }
}
