package dev.attachgateway.statespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Proves the invariants for two callers of one disk on two replicas, in every interleaving of events and faults. */
class StateSpaceTest {

    /** The minimums are below the actual numbers: a smaller exploration has lost states. */
    private static void explore(
            String label, ModelSettings settings, Set<Invariant> invariants, int minStates, long minTransitions) {
        var startedAt = System.nanoTime();
        var result = new Explorer(settings, invariants).explore();
        System.out.printf(
                "state space, %s: %,d states, %,d transitions, %.1f s%n",
                label, result.states(), result.transitions(), (System.nanoTime() - startedAt) / 1e9);
        assertThat(result.violation()).isNull();
        assertThat(result.states()).isGreaterThan(minStates);
        assertThat(result.transitions()).isGreaterThan(minTransitions);
    }

    @Test
    void signed_requests_violate_no_invariant_in_any_interleaving() {
        explore("signed", ModelSettings.withKey(), EnumSet.allOf(Invariant.class), 1_400_000, 9_900_000);
    }

    @Test
    void requests_with_a_token_violate_no_invariant_in_any_interleaving() {
        explore("with a token", ModelSettings.withToken(), EnumSet.allOf(Invariant.class), 110_000, 540_000);
    }

    @Test
    void a_refusal_never_fails_an_applied_attach_even_if_the_lag_is_understated() {
        var invariants = EnumSet.complementOf(EnumSet.of(Invariant.NEVER_LOST));
        explore("understated lag", ModelSettings.withUnderstatedLag(), invariants, 400_000, 2_400_000);
    }
}
