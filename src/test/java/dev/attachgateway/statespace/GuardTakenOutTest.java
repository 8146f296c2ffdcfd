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

/** Each guard is needed: without it there is a story in which something breaks, and here is the shortest. */
class GuardTakenOutTest {

    /** A guard that is taken out, and one thing that breaks then. */
    record Case(Guard guard, Setting setting, Invariant invariant) {
        @Override
        public String toString() {
            return guard + " out, " + invariant + " broken";
        }
    }

    private static Case signed(Guard guard, Invariant invariant) {
        return new Case(guard, Setting.withKey(), invariant);
    }

    static Stream<Case> cases() {
        return Stream.of(
                signed(Guard.UNIQUE_INDEX, Invariant.ONE_RESERVATION),
                signed(Guard.UNIQUE_INDEX, Invariant.ONE_EFFECT),
                signed(Guard.FENCING_TOKEN, Invariant.FENCED_SEND),
                signed(Guard.VERSION, Invariant.END_IS_FINAL),
                signed(Guard.INTENT_FIRST, Invariant.FENCED_SEND),
                signed(Guard.INTENT_FIRST, Invariant.ONE_EFFECT),
                signed(Guard.SEND_BEFORE, Invariant.FENCED_SEND),
                signed(Guard.LATE_TAKE_OVER, Invariant.FENCED_SEND),
                signed(Guard.TAKE_OVER, Invariant.NEVER_LOST),
                signed(Guard.WINDOW, Invariant.TRUE_FAILURE),
                signed(Guard.WINDOW, Invariant.ONE_EFFECT),
                signed(Guard.COUNT_AFTER_WINDOW, Invariant.TRUE_FAILURE),
                signed(Guard.COUNT_AFTER_WINDOW, Invariant.ONE_EFFECT),
                signed(Guard.LOOK_DATED, Invariant.TRUE_FAILURE),
                signed(Guard.READS, Invariant.TRUE_FAILURE),
                signed(Guard.QUIET, Invariant.TRUE_FAILURE),
                signed(Guard.QUIET, Invariant.ONE_EFFECT),
                new Case(Guard.DOUBT, Setting.ofDeceit(), Invariant.TRUE_FAILURE),
                new Case(Guard.UNDATED_ONCE, Setting.withToken(), Invariant.TRUE_FAILURE),
                new Case(Guard.UNDATED_ONCE, Setting.withToken(), Invariant.ONE_EFFECT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void without_it_something_breaks(Case one) {
        var found = new Explorer(one.setting().without(one.guard()), EnumSet.of(one.invariant())).explore();
        System.out.println(told(one, found));
        assertThat(found.violation())
                .isNotNull()
                .extracting(Explorer.Violation::invariant)
                .isEqualTo(one.invariant());
    }

    @Test
    void each_guard_is_taken_out() {
        assertThat(cases().map(Case::guard).distinct()).containsExactlyInAnyOrder(Guard.values());
    }

    @Test
    void each_invariant_but_the_one_that_follows_from_looking_can_break() {
        // A success is told only where the disk was just seen: there is no guard to take out.
        var broken = cases().map(Case::invariant).distinct();
        assertThat(Arrays.stream(Invariant.values()).filter(it -> it != Invariant.TRUE_SUCCESS))
                .containsExactlyInAnyOrderElementsOf(broken.toList());
    }

    private static String told(Case one, Explorer.Found found) {
        var violation = found.violation();
        var lines = new ArrayList<String>();
        lines.add("Taken out: " + one.guard().sentence() + ".");
        lines.add(
                String.format("Broken: %s (after %,d states).", one.invariant().sentence(), found.states()));
        List<String> story = violation == null ? List.of() : violation.story();
        for (int i = 0; i < story.size(); i++) {
            lines.add(String.format("%4d. %s", i + 1, story.get(i)));
        }
        return String.join("\n", lines) + "\n";
    }
}
