package dev.attachgateway.operation.model;

/** The result of one comparison of an ended operation with the cloud. */
public enum ReconciliationFinding {
    AS_BELIEVED,
    /** The cloud shows the disk where the operation's end says it is not, or the other way round. */
    CONTRADICTED,
    /** Nothing can be said: the cloud cannot be read, or the disk is on its way. */
    UNCLEAR,
    /** A later operation has decided where the disk is: there is nothing to compare any more. */
    EXPLAINED,
    /** A later operation has the disk and is not finished. */
    IN_HAND
}
