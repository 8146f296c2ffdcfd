package dev.attachgateway.access.policy;

import java.util.Locale;

/** What a grant can allow; one action never implies another. */
public enum Action {
    /** See servers, disks, operations and their streams. */
    READ,
    /** Attach a disk to a server. */
    ATTACH,
    /** Detach a disk from a server. */
    DETACH,
    /** Step in by hand, for example decide an operation whose outcome cannot be found out. */
    OPERATE;

    /** The word for this action in the grants file, problems and the audit record. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
