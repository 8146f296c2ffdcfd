package dev.attachgateway.statespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Proves that each guard is needed: without it an invariant is violated, with the shortest trace printed. */
class GuardRemovalTest {

    /** A removed guard and an invariant that is violated without it. */
    record Removal(Guard guard, ModelSettings settings, Invariant invariant) {
        @Override
        public String toString() {
            return "without " + guard + ", " + invariant + " is violated";
        }
    }

    private static Removal signed(Guard guard, Invariant invariant) {
        return new Removal(guard, ModelSettings.withKey(), invariant);
    }

    static Stream<Removal> cases() {
        return Stream.of(
                signed(Guard.UNIQUE_INDEX, Invariant.ONE_RESERVATION),
                signed(Guard.UNIQUE_INDEX, Invariant.ONE_EFFECT),
                signed(Guard.FENCING_TOKEN, Invariant.FENCED_SEND),
                signed(Guard.VERSION, Invariant.END_IS_FINAL),
                signed(Guard.INTENT_FIRST, Invariant.FENCED_SEND),
                signed(Guard.INTENT_FIRST, Invariant.ONE_EFFECT),
                signed(Guard.SEND_BEFORE, Invariant.FENCED_SEND),
                signed(Guard.TAKEOVER_DELAY, Invariant.FENCED_SEND),
                signed(Guard.TAKEOVER, Invariant.NEVER_LOST),
                signed(Guard.ACCEPTANCE_WINDOW, Invariant.TRUE_FAILURE),
                signed(Guard.ACCEPTANCE_WINDOW, Invariant.ONE_EFFECT),
                signed(Guard.COUNT_AFTER_WINDOW, Invariant.TRUE_FAILURE),
                signed(Guard.COUNT_AFTER_WINDOW, Invariant.ONE_EFFECT),
                signed(Guard.READ_START_TIME, Invariant.TRUE_FAILURE),
                signed(Guard.MIN_READS, Invariant.TRUE_FAILURE),
                signed(Guard.QUIET_PERIOD, Invariant.TRUE_FAILURE),
                signed(Guard.QUIET_PERIOD, Invariant.ONE_EFFECT),
                new Removal(Guard.CONFIRM_REFUSAL, ModelSettings.withUnderstatedLag(), Invariant.TRUE_FAILURE),
                new Removal(Guard.TOKEN_SENT_ONCE, ModelSettings.withToken(), Invariant.TRUE_FAILURE),
                new Removal(Guard.TOKEN_SENT_ONCE, ModelSettings.withToken(), Invariant.ONE_EFFECT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void without_the_guard_the_invariant_is_violated(Removal removal) {
        var result =
                new Explorer(removal.settings().without(removal.guard()), EnumSet.of(removal.invariant())).explore();
        System.out.println(report(removal, result));
        assertThat(result.violation())
                .isNotNull()
                .extracting(Explorer.Violation::invariant)
                .isEqualTo(removal.invariant());
    }

    @Test
    void each_guard_is_removed_in_some_case() {
        assertThat(cases().map(Removal::guard).distinct()).containsExactlyInAnyOrder(Guard.values());
    }

    @Test
    void each_invariant_except_true_success_is_violated_in_some_case() {
        // A success follows directly from a read that shows the disk attached, so that no guard protects it.
        var violated = cases().map(Removal::invariant).distinct();
        assertThat(Arrays.stream(Invariant.values()).filter(invariant -> invariant != Invariant.TRUE_SUCCESS))
                .containsExactlyInAnyOrderElementsOf(violated.toList());
    }

    private static String report(Removal removal, Explorer.Result result) {
        var violation = result.violation();
        var lines = new ArrayList<String>();
        lines.add("Removed: " + removal.guard().sentence() + ".");
        lines.add(String.format(
                "Violated: %s (after %,d states).", removal.invariant().sentence(), result.states()));
        List<String> trace = violation == null ? List.of() : violation.trace();
        for (int i = 0; i < trace.size(); i++) {
            lines.add(String.format("%4d. %s", i + 1, trace.get(i)));
        }
        return String.join("\n", lines) + "\n";
    }
}
