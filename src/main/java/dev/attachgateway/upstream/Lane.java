package dev.attachgateway.upstream;

import java.time.Duration;

/**
 * What one project has of a service to itself: a retry budget, and the rates the cloud was seen to allow it: the cloud
 * limits writes far below reads, so that a throttled write says nothing about reads.
 */
final class Lane {
    /** How long the reserve is saved up. */
    private static final Duration RESERVE_FOR = Duration.ofSeconds(10);

    /** As few as the reserve: what good times have saved comes on top of the share when bad ones begin. */
    private static final double MOST_SAVED = 10;

    private final Budget budget;
    private final RateLimit reads;
    private final RateLimit writes;
    private volatile long usedAt = System.nanoTime();

    Lane(UpstreamConfig config) {
        this.budget = new Budget(
                config.retry().budgetRatio(),
                config.retry().minRetriesPerSecond(),
                RESERVE_FOR,
                MOST_SAVED,
                System.nanoTime());
        this.reads = new RateLimit(config.rate(), System.nanoTime());
        this.writes = new RateLimit(config.rate(), System.nanoTime());
    }

    Budget budget() {
        usedAt = System.nanoTime();
        return budget;
    }

    RateLimit rate(boolean read) {
        usedAt = System.nanoTime();
        return read ? reads : writes;
    }

    /** What is in the budget; looking does not count as use. */
    double balance(long nowNanos) {
        return budget.balance(nowNanos);
    }

    /** Calls a second that are allowed; infinite while none was throttled. */
    double perSecond(boolean read, long nowNanos) {
        return (read ? reads : writes).rate(nowNanos);
    }

    boolean isIdleFor(Duration span) {
        return System.nanoTime() - usedAt > span.toNanos();
    }
}
