package dev.attachgateway.testkit;

import java.time.Duration;

/** Timeouts of tests. */
public final class Timeouts {
    /**
     * The timeout of conditions that an idle machine meets almost immediately: a minute, since a busy machine may take many
     * times as long. A passing test never waits for it.
     */
    public static final Duration CONDITION = Duration.ofMinutes(1);

    private Timeouts() {}
}
