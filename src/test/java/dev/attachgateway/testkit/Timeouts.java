package dev.attachgateway.testkit;

import java.time.Duration;

/** How long tests wait. */
public final class Timeouts {
    /**
     * For what has to come and comes at once on a quiet machine: a minute, since a busy one may take many times as long. A
     * green test never waits for it.
     */
    public static final Duration CONDITION = Duration.ofMinutes(1);

    private Timeouts() {}
}
