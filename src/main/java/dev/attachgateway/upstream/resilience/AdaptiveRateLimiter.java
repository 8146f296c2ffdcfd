package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often the cloud lets itself be called, learnt from its own refusals: there is no limit until it throttles. A text such
 * as {@code limit:20,time:1 second} (API gateway, error code 0308) gives the rate; without one, half of what was just done
 * is the rate. It is won back slowly, and forgotten when nothing was throttled for long.
 */
final class AdaptiveRateLimiter {
    private static final Pattern TEXT = Pattern.compile("limit:\\s*(\\d{1,9}),\\s*time:\\s*(\\d{1,6})\\s*([a-z]+)");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** A lost rate the cloud has named is won back in so many seconds. */
    private static final double RECOVERS_IN = 20;

    private final UpstreamConfig.Rate config;
    private double ceiling = Double.POSITIVE_INFINITY;
    private double base = Double.POSITIVE_INFINITY;
    private long loweredAt;
    private double tokens;
    private long filledAt;
    private long windowAt;
    private int inWindow;
    private int inWindowBefore;

    AdaptiveRateLimiter(UpstreamConfig.Rate config, long nowNanos) {
        this.config = config;
        this.windowAt = nowNanos;
    }

    /**
     * Takes one call's turn.
     *
     * @return how long to wait for it; empty when it would take longer than it may, and then nothing is taken
     */
    synchronized Optional<Duration> take(Duration atMost, long nowNanos) {
        count(nowNanos);
        var rate = rate(nowNanos);
        if (Double.isInfinite(rate)) {
            return Optional.of(Duration.ZERO);
        }
        tokens = Math.min(Math.max(1, rate), tokens + rate * (nowNanos - filledAt) / SECOND);
        filledAt = nowNanos;
        var wait = tokens >= 1 ? 0 : (1 - tokens) / rate * SECOND;
        if (wait > atMost.toNanos()) {
            return Optional.empty();
        }
        tokens--;
        return Optional.of(Duration.ofNanos((long) wait));
    }

    /** The cloud has throttled a call, and said this. */
    synchronized void throttled(String message, long nowNanos) {
        var rate = rate(nowNanos);
        var named = named(message);
        if (named.isPresent() && named.getAsDouble() != ceiling) {
            ceiling = named.getAsDouble();
            lower(Math.min(rate, ceiling), nowNanos);
        } else if (Double.isInfinite(rate)) {
            lower(observed(nowNanos) / 2, nowNanos);
        } else if (nowNanos - loweredAt >= SECOND) {
            // Once for all calls that were under way together.
            lower(rate / 2, nowNanos);
        }
    }

    /** Calls a second; infinite while none was throttled. */
    synchronized double rate(long nowNanos) {
        if (Double.isInfinite(base)) {
            return base;
        }
        if (nowNanos - loweredAt > config.resetAfter().toNanos()) {
            ceiling = Double.POSITIVE_INFINITY;
            base = Double.POSITIVE_INFINITY;
            return base;
        }
        var perSecond = Double.isInfinite(ceiling) ? config.recoveryPerSecond() : ceiling / RECOVERS_IN;
        return Math.min(ceiling, base + perSecond * (nowNanos - loweredAt) / SECOND);
    }

    private void lower(double to, long nowNanos) {
        var floor = Math.min(config.min(), ceiling / RECOVERS_IN);
        base = Math.min(ceiling, Math.max(floor, to));
        loweredAt = nowNanos;
        filledAt = nowNanos;
        tokens = Math.min(tokens, 0);
    }

    private void count(long nowNanos) {
        var windows = (nowNanos - windowAt) / SECOND;
        if (windows > 0) {
            inWindowBefore = windows == 1 ? inWindow : 0;
            inWindow = 0;
            windowAt += windows * SECOND;
        }
        inWindow++;
    }

    private double observed(long nowNanos) {
        return nowNanos - windowAt < 2 * SECOND ? Math.max(inWindow, inWindowBefore) : 0;
    }

    private static OptionalDouble named(String message) {
        var text = TEXT.matcher(message);
        if (!text.find()) {
            return OptionalDouble.empty();
        }
        var span = Long.parseLong(text.group(2)) * unit(text);
        var calls = Long.parseLong(text.group(1));
        return span == 0 || calls == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) calls / span);
    }

    private static long unit(Matcher text) {
        return switch (text.group(3)) {
            case "second", "seconds" -> 1;
            case "minute", "minutes" -> 60;
            case "hour", "hours" -> 3_600;
            case "day", "days" -> 86_400;
            default -> 0;
        };
    }
}
