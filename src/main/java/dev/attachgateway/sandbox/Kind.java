package dev.attachgateway.sandbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The calls the cloud's doors know, by the words that faults and recorded requests use. */
enum Kind {
    ATTACH,
    DETACH,
    OPERATION,
    SERVER,
    SERVERS,
    VOLUME,
    VOLUMES,
    TOKEN;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isWrite() {
        return this == ATTACH || this == DETACH;
    }

    boolean isEvs() {
        return this == VOLUME || this == VOLUMES;
    }

    static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
