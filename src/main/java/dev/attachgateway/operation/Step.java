package dev.attachgateway.operation;

import java.util.Locale;

/** What the gateway is doing about an operation. */
public enum Step {
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
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Step of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
