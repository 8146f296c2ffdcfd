package dev.attachgateway.access.policy;

/** The policy's decision about one action; every decision but {@link Allowed} denies it. */
public sealed interface Decision {
    /**
     * The action is allowed.
     *
     * @param rule the name of the grant that allows it
     */
    record Allowed(String rule) implements Decision {}

    /**
     * The action is denied.
     *
     * @param reason a sentence for the audit log and the caller
     */
    record Denied(String reason) implements Decision {}

    /**
     * The policy could not decide; the action is not allowed.
     *
     * @param reason a sentence for the audit log and the operator
     */
    record Undecided(String reason) implements Decision {}
}
