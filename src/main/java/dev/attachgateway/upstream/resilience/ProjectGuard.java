package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;

/**
 * What one project has of a service to itself: a retry budget, and the rates the cloud was seen to allow it: the cloud
 * limits writes far below reads, so that a throttled write says nothing about reads.
 */
final class ProjectGuard {
    /** How long the reserve is saved up. */
    private static final Duration RESERVE_FOR = Duration.ofSeconds(10);

    /** As few as the reserve: what good times have saved comes on top of the share when bad ones begin. */
    private static final double MOST_SAVED = 10;

    private final RetryBudget budget;
    private final AdaptiveRateLimiter reads;
    private final AdaptiveRateLimiter writes;
    private volatile long usedAt = System.nanoTime();

    ProjectGuard(UpstreamConfig config) {
        this.budget = new RetryBudget(
                config.retry().budgetRatio(),
                config.retry().minRetriesPerSecond(),
                RESERVE_FOR,
                MOST_SAVED,
                System.nanoTime());
        this.reads = new AdaptiveRateLimiter(config.rate(), System.nanoTime());
        this.writes = new AdaptiveRateLimiter(config.rate(), System.nanoTime());
    }

    RetryBudget budget() {
        usedAt = System.nanoTime();
        return budget;
    }

    AdaptiveRateLimiter rate(boolean read) {
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
