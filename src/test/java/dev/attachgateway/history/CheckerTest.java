package dev.attachgateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.history.Violation.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hand-made histories, each with one thing wrong. */
class CheckerTest {
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }

    private void event(int position, String operation, String type, String before, String status) {
        events.add(new Event(
                "p", position, operation, type, "sandbox:team-1", "s1", "d1", before, status, false, at(position)));
    }

    private void effect(String type, String server, int second) {
        effects.add(new Effect(type, server, "d1", "c" + second, at(second).plusMillis(500)));
    }

    private void attempt(int begun, int ended, int status, String operation, String word, String code, String heldBy) {
        attempts.add(new Attempt(
                attempts.size(),
                at(begun),
                at(ended),
                "team-1",
                "attach",
                "s1",
                "d1",
                status,
                operation,
                word,
                code,
                heldBy));
    }

    /** An attach that was accepted and succeeded, at the positions and seconds 1 to 3. */
    private void good() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o1", "attach", "pending", "running");
        event(3, "o1", "attach", "running", "success");
        effect("attach", "s1", 1);
        attempt(1, 2, 200, "o1", "pending", "", "");
    }

    private List<Kind> kinds() {
        return Checker.check(new Histories(attempts, events, effects)).stream()
                .map(Violation::kind)
                .toList();
    }

    @Test
    void an_attach_and_its_detach_are_as_they_should_be() {
        good();
        event(4, "o2", "detach", "", "pending");
        event(5, "o2", "detach", "pending", "success");
        effect("detach", "s1", 4);
        attempt(2, 3, 409, "", "", "Gateway.DiskReserved", "o1");
        attempt(4, 5, 0, "", "", "", "");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void histories_are_read_as_they_were_written(@TempDir Path folder) throws Exception {
        good();
        var histories = new Histories(attempts, events, effects);
        histories.writeTo(folder);
        assertThat(Histories.readFrom(folder)).isEqualTo(histories);
    }

    @Test
    void a_second_effect_of_one_operation() {
        good();
        effect("attach", "s1", 2);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.DOUBLE_EFFECT, Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void an_effect_that_nobody_asked_for() {
        good();
        effect("attach", "s2", 2);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.EFFECT_WITHOUT_OPERATION, Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void an_effect_after_the_end_of_its_operation() {
        good();
        effects.clear();
        effect("attach", "s1", 7);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.EFFECT_WITHOUT_OPERATION, Kind.SUCCESS_WITHOUT_EFFECT);
    }

    @Test
    void a_detach_of_a_free_disk() {
        event(1, "o1", "detach", "", "pending");
        event(2, "o1", "detach", "pending", "success");
        effect("detach", "s1", 1);
        assertThat(kinds()).containsExactly(Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void two_unfinished_operations_on_one_disk() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o2", "attach", "", "pending");
        event(3, "o1", "attach", "pending", "failed");
        event(4, "o2", "attach", "pending", "failed");
        assertThat(kinds()).containsExactly(Kind.TWO_AT_ONCE);
    }

    @Test
    void success_without_effect() {
        good();
        effects.clear();
        assertThat(kinds()).containsExactly(Kind.SUCCESS_WITHOUT_EFFECT);
    }

    @Test
    void failed_with_effect() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o1", "attach", "pending", "failed");
        effect("attach", "s1", 1);
        assertThat(kinds()).containsExactly(Kind.FAILED_WITH_EFFECT);
    }

    @Test
    void a_position_that_is_missing_and_one_that_is_there_twice() {
        good();
        event(5, "o2", "attach", "", "failed");
        event(5, "o3", "attach", "", "failed");
        assertThat(kinds()).contains(Kind.POSITION_MISSING, Kind.POSITION_TWICE);
    }

    @Test
    void a_change_after_the_end() {
        good();
        event(4, "o1", "attach", "success", "running");
        assertThat(kinds()).containsExactly(Kind.CHANGED_AFTER_ITS_END);
    }

    @Test
    void an_event_that_does_not_go_on_from_the_one_before() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o1", "attach", "running", "failed");
        assertThat(kinds()).containsExactly(Kind.BROKEN_STORY);
    }

    @Test
    void an_accepted_operation_that_nobody_knows() {
        attempt(1, 2, 202, "o9", "pending", "", "");
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void an_operation_without_a_last_word_unless_it_is_shown_as_unsettled() {
        event(1, "o1", "attach", "", "pending");
        assertThat(kinds()).containsExactly(Kind.LOST);
        events.add(new Event("p", 2, "o1", "attach", "sandbox:team-1", "s1", "d1", "pending", "running", true, at(2)));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void an_answer_with_the_id_of_another_disks_operation() {
        good();
        attempts.add(new Attempt(9, at(1), at(2), "team-1", "attach", "s1", "d2", 200, "o1", "pending", "", ""));
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void an_answer_that_says_success_of_what_failed() {
        event(1, "o1", "attach", "", "failed");
        attempt(1, 2, 200, "o1", "success", "", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void a_refusal_of_what_succeeded() {
        good();
        attempt(1, 2, 422, "o1", "", "ModelArts.7000", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void an_unknown_commit_may_have_come_or_not() {
        good();
        attempt(1, 2, 503, "o1", "", "Gateway.ReservationUnknown", "");
        attempt(1, 2, 503, "o9", "", "Gateway.ReservationUnknown", "");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void a_holder_that_was_long_done() {
        good();
        attempt(20, 21, 409, "", "", "Gateway.DiskReserved", "o1");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void already_here_of_a_disk_that_never_was() {
        event(1, "o1", "attach", "", "failed");
        attempt(1, 2, 409, "o1", "", "Gateway.DiskAlreadyAttached", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }
}
