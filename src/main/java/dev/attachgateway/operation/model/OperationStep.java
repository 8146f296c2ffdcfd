package dev.attachgateway.operation.model;

import java.util.Locale;

/** What the gateway is doing about an operation. */
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

    /** As it stands in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static OperationStep fromWireName(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
