package dev.attachgateway.upstream.resilience;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits retries to a ratio of the first attempts: every first attempt deposits the ratio, every retry withdraws one. A
 * reserve that refills over time lets rare calls be retried too. Retries thus stay a fixed share of the traffic even if
 * the cloud fails every call, as with the retry budgets of Envoy and Finagle.
 */
final class RetryBudget {
    private static final double RETRY_COST = 1;

    /** For sums such as five times 0.2, which floating-point arithmetic can leave slightly below 1. */
    private static final double ROUNDING_TOLERANCE = 1e-9;

    private final double ratio;
    private final double reservePerNano;
    private final double maxReserve;
    private final double maxBalance;
    private double balance;
    private double reserve;
    private long refilledAt;

    /**
     * A new budget with a full reserve.
     *
     * @param ratio the deposit of a first attempt, such as 0.2
     * @param reservePerSecond retries per second that are allowed without any first attempt
     * @param reserveDuration limits the reserve to what accrues in this time
     * @param maxBalance max retries saved up by deposits
     */
    RetryBudget(double ratio, double reservePerSecond, Duration reserveDuration, double maxBalance, long nowNanos) {
        this.ratio = ratio;
        this.reservePerNano = reservePerSecond / Duration.ofSeconds(1).toNanos();
        this.maxReserve = reservePerNano * reserveDuration.toNanos();
        this.maxBalance = maxBalance;
        this.reserve = maxReserve;
        this.refilledAt = nowNanos;
    }

    /** Deposits for a first attempt, and lowers the reserve by the same amount, so that the two do not add up. */
    synchronized void deposit(long nowNanos) {
        refill(nowNanos);
        balance = Math.min(maxBalance, balance + ratio);
        reserve = Math.max(0, reserve - ratio);
    }

    /** The part of a budget from which a retry is withdrawn. */
    enum Source {
        BALANCE,
        RESERVE
    }

    /** Withdraws one retry; false if the budget is empty. */
    synchronized boolean withdraw(long nowNanos) {
        return tryWithdraw(RETRY_COST, nowNanos).isPresent();
    }

    /**
     * Withdraws the retry of a whole step, whose first attempt makes a deposit of its own: that deposit is withdrawn in
     * advance, or retries would fund further retries. Empty if the budget is.
     */
    synchronized Optional<Source> withdrawStep(long nowNanos) {
        return tryWithdraw(RETRY_COST + ratio, nowNanos);
    }

    /** Returns what {@link #withdrawStep} took from a source, for a step that is not retried after all. */
    synchronized void refundStep(Source source, long nowNanos) {
        refill(nowNanos);
        switch (source) {
            case BALANCE -> balance = Math.min(maxBalance, balance + RETRY_COST + ratio);
            case RESERVE -> reserve = Math.min(maxReserve, reserve + RETRY_COST + ratio);
        }
    }

    private Optional<Source> tryWithdraw(double cost, long nowNanos) {
        refill(nowNanos);
        if (balance + ROUNDING_TOLERANCE >= cost) {
            balance -= cost;
            return Optional.of(Source.BALANCE);
        }
        if (reserve + ROUNDING_TOLERANCE >= cost) {
            reserve -= cost;
            return Optional.of(Source.RESERVE);
        }
        return Optional.empty();
    }

    synchronized double balance(long nowNanos) {
        refill(nowNanos);
        return balance + reserve;
    }

    private void refill(long nowNanos) {
        reserve = Math.min(maxReserve, reserve + (nowNanos - refilledAt) * reservePerNano);
        refilledAt = nowNanos;
    }
}
