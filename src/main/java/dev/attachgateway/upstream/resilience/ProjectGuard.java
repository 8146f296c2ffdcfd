package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;

/**
 * The guards of one project at one service: a retry budget, and separate rate limits for reads and writes. The cloud
 * limits writes far below reads, so that throttled writes must not slow down reads.
 */
final class ProjectGuard {
    /** The reserve of the retry budget is limited to what accrues in this time. */
    private static final Duration RESERVE_DURATION = Duration.ofSeconds(10);

    /** Low, because retries saved up before an outage add to the configured ratio when it begins. */
    private static final double MAX_SAVED_RETRIES = 10;

    private final RetryBudget retryBudget;
    private final AdaptiveRateLimiter readLimiter;
    private final AdaptiveRateLimiter writeLimiter;
    private volatile long lastUsedAt = System.nanoTime();

    ProjectGuard(UpstreamConfig config) {
        this.retryBudget = new RetryBudget(
                config.retry().budgetRatio(),
                config.retry().minRetriesPerSecond(),
                RESERVE_DURATION,
                MAX_SAVED_RETRIES,
                System.nanoTime());
        this.readLimiter = new AdaptiveRateLimiter(config.rate(), System.nanoTime());
        this.writeLimiter = new AdaptiveRateLimiter(config.rate(), System.nanoTime());
    }

    RetryBudget retryBudget() {
        lastUsedAt = System.nanoTime();
        return retryBudget;
    }

    AdaptiveRateLimiter rateLimiter(boolean read) {
        lastUsedAt = System.nanoTime();
        return read ? readLimiter : writeLimiter;
    }

    /** The balance of the retry budget; reading it does not count as use of the guard. */
    double availableRetries(long nowNanos) {
        return retryBudget.balance(nowNanos);
    }

    /** The allowed calls per second; infinite while there is no limit. */
    double currentRate(boolean read, long nowNanos) {
        return (read ? readLimiter : writeLimiter).currentRate(nowNanos);
    }

    boolean isIdleFor(Duration duration) {
        return System.nanoTime() - lastUsedAt > duration.toNanos();
    }
}
