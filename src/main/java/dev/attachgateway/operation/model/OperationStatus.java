package dev.attachgateway.operation.model;

import java.util.Locale;

/** The cloud's status of an operation (ModelArts API reference, AttachDevServerVolume). */
public enum OperationStatus {
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED;

    /** The value in JSON and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
