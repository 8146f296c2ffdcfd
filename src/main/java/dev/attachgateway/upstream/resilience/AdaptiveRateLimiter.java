package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits the rate of calls to what the cloud allows, learnt from its throttling: there is no limit until the cloud
 * throttles a call. A message such as {@code limit:20,time:1 second} (API gateway, error code 0308) states the rate;
 * without one, the rate becomes half of the observed one. It recovers slowly, and the limit is removed when no call was
 * throttled for long.
 */
final class AdaptiveRateLimiter {
    private static final Pattern LIMIT_PATTERN =
            Pattern.compile("limit:\\s*(\\d{1,9}),\\s*time:\\s*(\\d{1,6})\\s*([a-z]+)");
    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    /** A rate that the cloud stated is recovered from zero within this many seconds. */
    private static final double RECOVERY_SECONDS = 20;

    private final UpstreamConfig.Rate config;
    private double statedRate = Double.POSITIVE_INFINITY;
    private double baseRate = Double.POSITIVE_INFINITY;
    private long loweredAt;
    private double tokens;
    private long refilledAt;
    private long windowStart;
    private int callsInWindow;
    private int callsInPreviousWindow;

    AdaptiveRateLimiter(UpstreamConfig.Rate config, long nowNanos) {
        this.config = config;
        this.windowStart = nowNanos;
    }

    /**
     * Reserves a slot for one call.
     *
     * @return the wait until the slot; empty if it exceeds the max, in which case no slot is reserved
     */
    synchronized Optional<Duration> reserve(Duration maxWait, long nowNanos) {
        countCall(nowNanos);
        var rate = currentRate(nowNanos);
        if (Double.isInfinite(rate)) {
            return Optional.of(Duration.ZERO);
        }
        tokens = Math.min(Math.max(1, rate), tokens + rate * (nowNanos - refilledAt) / NANOS_PER_SECOND);
        refilledAt = nowNanos;
        var wait = tokens >= 1 ? 0 : (1 - tokens) / rate * NANOS_PER_SECOND;
        if (wait > maxWait.toNanos()) {
            return Optional.empty();
        }
        tokens--;
        return Optional.of(Duration.ofNanos((long) wait));
    }

    /** Lowers the rate after the cloud has throttled a call with the given message. */
    synchronized void onThrottled(String message, long nowNanos) {
        var rate = currentRate(nowNanos);
        var newStatedRate = parseStatedRate(message);
        if (newStatedRate.isPresent() && newStatedRate.getAsDouble() != statedRate) {
            statedRate = newStatedRate.getAsDouble();
            lowerTo(Math.min(rate, statedRate), nowNanos);
        } else if (Double.isInfinite(rate)) {
            lowerTo(observedRate(nowNanos) / 2, nowNanos);
        } else if (nowNanos - loweredAt >= NANOS_PER_SECOND) {
            // Once for all calls that were in flight together.
            lowerTo(rate / 2, nowNanos);
        }
    }

    /** The allowed calls per second; infinite while there is no limit. */
    synchronized double currentRate(long nowNanos) {
        if (Double.isInfinite(baseRate)) {
            return baseRate;
        }
        if (nowNanos - loweredAt > config.resetAfter().toNanos()) {
            statedRate = Double.POSITIVE_INFINITY;
            baseRate = Double.POSITIVE_INFINITY;
            return baseRate;
        }
        var recoveryPerSecond =
                Double.isInfinite(statedRate) ? config.recoveryPerSecond() : statedRate / RECOVERY_SECONDS;
        return Math.min(statedRate, baseRate + recoveryPerSecond * (nowNanos - loweredAt) / NANOS_PER_SECOND);
    }

    private void lowerTo(double newRate, long nowNanos) {
        var floor = Math.min(config.min(), statedRate / RECOVERY_SECONDS);
        baseRate = Math.min(statedRate, Math.max(floor, newRate));
        loweredAt = nowNanos;
        refilledAt = nowNanos;
        tokens = Math.min(tokens, 0);
    }

    private void countCall(long nowNanos) {
        var windows = (nowNanos - windowStart) / NANOS_PER_SECOND;
        if (windows > 0) {
            callsInPreviousWindow = windows == 1 ? callsInWindow : 0;
            callsInWindow = 0;
            windowStart += windows * NANOS_PER_SECOND;
        }
        callsInWindow++;
    }

    private double observedRate(long nowNanos) {
        return nowNanos - windowStart < 2 * NANOS_PER_SECOND ? Math.max(callsInWindow, callsInPreviousWindow) : 0;
    }

    private static OptionalDouble parseStatedRate(String message) {
        var limit = LIMIT_PATTERN.matcher(message);
        if (!limit.find()) {
            return OptionalDouble.empty();
        }
        var seconds = Long.parseLong(limit.group(2)) * unitSeconds(limit);
        var calls = Long.parseLong(limit.group(1));
        return seconds == 0 || calls == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) calls / seconds);
    }

    private static long unitSeconds(Matcher limit) {
        return switch (limit.group(3)) {
            case "second", "seconds" -> 1;
            case "minute", "minutes" -> 60;
            case "hour", "hours" -> 3_600;
            case "day", "days" -> 86_400;
            default -> 0;
        };
    }
}
