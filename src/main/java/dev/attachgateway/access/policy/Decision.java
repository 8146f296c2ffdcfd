package dev.attachgateway.access.policy;

/** What the policy says about one action; whatever is not {@link Allowed} is a refusal. */
public sealed interface Decision {
    /**
     * Go ahead.
     *
     * @param rule the name of the grant that says so
     */
    record Allowed(String rule) implements Decision {}

    /**
     * No.
     *
     * @param reason a sentence for the audit record and for whoever was refused
     */
    record Denied(String reason) implements Decision {}

    /**
     * The policy could not find out; never a pass.
     *
     * @param reason a sentence for the audit record and the operator
     */
    record Undecided(String reason) implements Decision {}
}
