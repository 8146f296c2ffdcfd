package dev.attachgateway.sandbox.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The calls the cloud's doors know, by the words that faults and recorded requests use. */
public enum CallKind {
    ATTACH,
    DETACH,
    OPERATION,
    SERVER,
    SERVERS,
    VOLUME,
    VOLUMES,
    TOKEN;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isWrite() {
        return this == ATTACH || this == DETACH;
    }

    public boolean isEvs() {
        return this == VOLUME || this == VOLUMES;
    }

    public static Optional<CallKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
