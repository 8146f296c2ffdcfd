package dev.attachgateway.statespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Everything that can happen to two callers who want one disk, on two replicas, with everything that can go wrong. */
class StateSpaceTest {

    /** Fewer than there are: an exploration that shrinks has lost something. */
    private static void explore(String what, Setting setting, Set<Invariant> invariants, int states, long transitions) {
        var begun = System.nanoTime();
        var found = new Explorer(setting, invariants).explore();
        System.out.printf(
                "state space, %s: %,d states, %,d transitions, %.1f s%n",
                what, found.states(), found.transitions(), (System.nanoTime() - begun) / 1e9);
        assertThat(found.violation()).isNull();
        assertThat(found.states()).isGreaterThan(states);
        assertThat(found.transitions()).isGreaterThan(transitions);
    }

    @Test
    void signed_requests_break_no_invariant_in_any_order_of_events() {
        explore("signed", Setting.withKey(), EnumSet.allOf(Invariant.class), 1_400_000, 9_900_000);
    }

    @Test
    void requests_with_a_token_break_no_invariant_in_any_order_of_events() {
        explore("with a token", Setting.withToken(), EnumSet.allOf(Invariant.class), 110_000, 540_000);
    }

    @Test
    void no_refusal_by_the_cloud_ends_what_was_done_even_where_it_lags_more_than_the_gateway_was_told() {
        var invariants = EnumSet.complementOf(EnumSet.of(Invariant.NEVER_LOST));
        explore("lag longer than told", Setting.ofDeceit(), invariants, 400_000, 2_400_000);
    }
}
