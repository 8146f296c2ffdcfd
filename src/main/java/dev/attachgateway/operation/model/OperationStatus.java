package dev.attachgateway.operation.model;

import java.util.Locale;

/** The cloud's words for how an operation stands (ModelArts API reference, AttachDevServerVolume). */
public enum OperationStatus {
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED;

    /** As it stands in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
