package dev.attachgateway.access.policy;

import java.util.Locale;

/** The actions that a grant can allow; no action implies another. */
public enum Action {
    /** See servers, disks, operations and their streams. */
    READ,
    /** Attach a disk to a server. */
    ATTACH,
    /** Detach a disk from a server. */
    DETACH,
    /** Intervene manually, for example decide an operation whose outcome is unknown. */
    OPERATE;

    /** The name of this action in the grants file, problem responses and the audit log. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
