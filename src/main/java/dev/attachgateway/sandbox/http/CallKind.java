package dev.attachgateway.sandbox.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of calls to the cloud, as named in faults and recorded requests. */
public enum CallKind {
    ATTACH,
    DETACH,
    OPERATION,
    SERVER,
    SERVERS,
    VOLUME,
    VOLUMES,
    TOKEN;

    /** Returns the lower-case name of the control API. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the call attaches or detaches. */
    public boolean isWrite() {
        return this == ATTACH || this == DETACH;
    }

    /** Whether the call goes to EVS. */
    public boolean isEvs() {
        return this == VOLUME || this == VOLUMES;
    }

    /** Returns the kind with this name of the control API, if any. */
    public static Optional<CallKind> fromValue(String value) {
        return Arrays.stream(values())
                .filter(kind -> kind.value().equals(value))
                .findFirst();
    }
}
