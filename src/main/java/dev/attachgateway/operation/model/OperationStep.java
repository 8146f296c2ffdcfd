package dev.attachgateway.operation.model;

import java.util.Locale;

/** The gateway's step in the execution of an operation. */
public enum OperationStep {
    CHECKING,
    QUEUED,
    SENDING,
    WAITING,
    FOLLOWING,
    CONFIRMING,
    UNSETTLED,
    SUCCEEDED,
    FAILED;

    /** The value in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The step with this wire name; fails with {@link IllegalArgumentException} if there is none. */
    public static OperationStep fromWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
