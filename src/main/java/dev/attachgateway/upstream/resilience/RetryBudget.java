package dev.attachgateway.upstream.resilience;

import java.time.Duration;

/**
 * How much may be repeated: every first call pays in a share, every repetition takes out one whole. What was not used lasts
 * for a few seconds' worth of reserve, so that rare calls may be repeated too. With this, repetitions are a share of the
 * live traffic however ill the cloud is, after Envoy's and Finagle's retry budgets.
 */
final class RetryBudget {
    private static final double WHOLE = 1;

    /** Against sums such as five times 0.2, which are a little less than 1. */
    private static final double GRAIN = 1e-9;

    private final double share;
    private final double reservePerNano;
    private final double reserveMost;
    private final double most;
    private double balance;
    private double reserve;
    private long at;

    /**
     * A new budget, whose reserve is full.
     *
     * @param share what a first call pays in, such as 0.2
     * @param reservePerSecond how many repetitions a second are allowed without any first call
     * @param reserveFor how much of the reserve can be saved up
     * @param most what can be saved up by first calls
     */
    RetryBudget(double share, double reservePerSecond, Duration reserveFor, double most, long nowNanos) {
        this.share = share;
        this.reservePerNano = reservePerSecond / Duration.ofSeconds(1).toNanos();
        this.reserveMost = reservePerNano * reserveFor.toNanos();
        this.most = most;
        this.reserve = reserveMost;
        this.at = nowNanos;
    }

    /** A first call pays in; busy traffic does without the reserve, so that the two do not add up. */
    synchronized void deposit(long nowNanos) {
        refill(nowNanos);
        balance = Math.min(most, balance + share);
        reserve = Math.max(0, reserve - share);
    }

    /** Takes out one repetition; false when there is none to be had. */
    synchronized boolean withdraw(long nowNanos) {
        return take(WHOLE, nowNanos);
    }

    /**
     * Takes out one repetition of a whole step, which begins with a first call of its own: what that one pays in is taken out
     * ahead, or repetitions would pay for repetitions.
     */
    synchronized boolean withdrawStep(long nowNanos) {
        return take(WHOLE + share, nowNanos);
    }

    /** Puts back what was taken for a step that could not be tried again after all. */
    synchronized void putBackStep(long nowNanos) {
        refill(nowNanos);
        balance = Math.min(most, balance + WHOLE + share);
    }

    private boolean take(double cost, long nowNanos) {
        refill(nowNanos);
        if (balance + GRAIN >= cost) {
            balance -= cost;
            return true;
        }
        if (reserve + GRAIN >= cost) {
            reserve -= cost;
            return true;
        }
        return false;
    }

    synchronized double balance(long nowNanos) {
        refill(nowNanos);
        return balance + reserve;
    }

    private void refill(long nowNanos) {
        reserve = Math.min(reserveMost, reserve + (nowNanos - at) * reservePerNano);
        at = nowNanos;
    }
}
