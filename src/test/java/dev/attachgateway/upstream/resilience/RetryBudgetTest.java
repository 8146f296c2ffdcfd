package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Proves how many retries the budget grants for first attempts, and what its reserve adds. */
class RetryBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RetryBudget budget = new RetryBudget(0.2, 0, Duration.ofSeconds(10), 100, 0);

    private static int withdrawAll(RetryBudget budget, long now) {
        var granted = 0;
        while (budget.withdraw(now)) {
            granted++;
        }
        return granted;
    }

    @Test
    void five_first_attempts_fund_one_retry() {
        for (var call = 0; call < 4; call++) {
            budget.deposit(0);
        }
        assertThat(budget.withdraw(0)).isFalse();
        budget.deposit(0);
        assertThat(budget.withdraw(0)).isTrue();
        assertThat(budget.withdraw(0)).isFalse();
    }

    @Test
    void a_hundred_failing_calls_are_retried_twenty_times() {
        var retries = 0;
        for (var call = 0; call < 100; call++) {
            budget.deposit(0);
            retries += withdrawAll(budget, call);
        }
        assertThat(retries).isEqualTo(20);
    }

    @Test
    void the_retry_of_a_step_funds_no_further_retries() {
        var stepRetries = 0;
        for (var call = 0; call < 1_000; call++) {
            budget.deposit(0);
            while (budget.withdrawStep(0).isPresent()) {
                budget.deposit(0);
                stepRetries++;
            }
        }
        assertThat(stepRetries).isBetween(195, 200);
    }

    @Test
    void a_refunded_step_returns_to_the_reserve_it_was_withdrawn_from() {
        var reserveOnly = new RetryBudget(0.2, 1, Duration.ofSeconds(10), 100, 0);
        for (var second = 0; second < 100; second++) {
            var source = reserveOnly.withdrawStep(second * SECOND).orElseThrow();
            reserveOnly.refundStep(source, second * SECOND);
        }
        assertThat(withdrawAll(reserveOnly, 3_600 * SECOND)).isEqualTo(10);
    }

    @Test
    void the_balance_is_bounded() {
        for (var call = 0; call < 10_000; call++) {
            budget.deposit(0);
        }
        assertThat(withdrawAll(budget, 0)).isEqualTo(100);
    }

    @Test
    void rare_calls_are_retried_from_the_reserve() {
        var reserveOnly = new RetryBudget(0.2, 1, Duration.ofSeconds(10), 100, 0);
        assertThat(withdrawAll(reserveOnly, 0)).isEqualTo(10);
        assertThat(withdrawAll(reserveOnly, SECOND)).isEqualTo(1);
        assertThat(withdrawAll(reserveOnly, 3_600 * SECOND)).isEqualTo(10);
    }

    @Test
    void busy_traffic_does_not_use_the_reserve() {
        var busy = new RetryBudget(0.2, 1, Duration.ofSeconds(10), 100, 0);
        withdrawAll(busy, 0);
        var retries = 0;
        for (var second = 1; second <= 60; second++) {
            for (var call = 0; call < 50; call++) {
                busy.deposit(second * SECOND);
                retries += withdrawAll(busy, second * SECOND);
            }
        }
        assertThat(retries).isEqualTo(600);
    }
}
