package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final RetryBudget budget = new RetryBudget(0.2, 0, Duration.ofSeconds(10), 100, 0);

    private static int all(RetryBudget budget, long now) {
        var granted = 0;
        while (budget.withdraw(now)) {
            granted++;
        }
        return granted;
    }

    @Test
    void five_first_calls_pay_for_one_repetition() {
        for (var call = 0; call < 4; call++) {
            budget.deposit(0);
        }
        assertThat(budget.withdraw(0)).isFalse();
        budget.deposit(0);
        assertThat(budget.withdraw(0)).isTrue();
        assertThat(budget.withdraw(0)).isFalse();
    }

    @Test
    void a_hundred_calls_that_all_fail_are_repeated_twenty_times() {
        var repeated = 0;
        for (var call = 0; call < 100; call++) {
            budget.deposit(0);
            repeated += all(budget, call);
        }
        assertThat(repeated).isEqualTo(20);
    }

    @Test
    void a_step_that_is_tried_again_pays_nothing_in_for_more_of_its_kind() {
        var steps = 0;
        for (var call = 0; call < 1_000; call++) {
            budget.deposit(0);
            while (budget.withdrawStep(0)) {
                budget.deposit(0);
                steps++;
            }
        }
        assertThat(steps).isBetween(195, 200);
    }

    @Test
    void savings_of_good_times_are_bounded() {
        for (var call = 0; call < 10_000; call++) {
            budget.deposit(0);
        }
        assertThat(all(budget, 0)).isEqualTo(100);
    }

    @Test
    void rare_calls_live_on_the_reserve() {
        var quiet = new RetryBudget(0.2, 1, Duration.ofSeconds(10), 100, 0);
        assertThat(all(quiet, 0)).isEqualTo(10);
        assertThat(all(quiet, SECOND)).isEqualTo(1);
        assertThat(all(quiet, 3_600 * SECOND)).isEqualTo(10);
    }

    @Test
    void busy_traffic_does_without_the_reserve() {
        var busy = new RetryBudget(0.2, 1, Duration.ofSeconds(10), 100, 0);
        all(busy, 0);
        var repeated = 0;
        for (var second = 1; second <= 60; second++) {
            for (var call = 0; call < 50; call++) {
                busy.deposit(second * SECOND);
                repeated += all(busy, second * SECOND);
            }
        }
        assertThat(repeated).isEqualTo(600);
    }
}
