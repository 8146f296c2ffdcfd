package dev.attachgateway.operation;

import java.util.Locale;

/** The cloud's words for how an operation stands (ModelArts API reference, AttachDevServerVolume). */
public enum Status {
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED;

    /** As it stands in JSON and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
