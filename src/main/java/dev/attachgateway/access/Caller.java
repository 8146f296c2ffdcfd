package dev.attachgateway.access;

import java.util.Set;

/**
 * Someone whose credential was verified: the same subject of another issuer is somebody else.
 *
 * @param issuer the name under which the issuer is configured, not its address
 * @param subject the token's {@code sub}
 * @param groups the token's {@code groups}; empty when it has none
 */
public record Caller(String issuer, String subject, Set<String> groups) {
    public Caller {
        groups = Set.copyOf(groups);
    }

    /** The caller as shown in answers, events and logs, for example {@code sandbox:attacher}. */
    public String display() {
        return issuer + ":" + subject;
    }
}
