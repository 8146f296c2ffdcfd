package dev.attachgateway.operation.model;

/** The result of one comparison of an ended operation with the cloud. The names are values of a metric's tag. */
public enum ReconciliationFinding {
    /** The cloud shows the disk where the operation's outcome says it is. */
    AS_BELIEVED,
    /** The cloud contradicts the operation's outcome. */
    CONTRADICTED,
    /** No finding is possible: the cloud cannot be read, or the disk is being attached or detached. */
    UNCLEAR,
    /** A later operation determines where the disk is, so that there is nothing to compare any more. */
    EXPLAINED,
    /** A later operation has reserved the disk and is unfinished. */
    IN_HAND
}
