package dev.attachgateway.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.history.Violation.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the checker finds each kind of violation, with one constructed history per violation. */
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

    private void attempt(
            int begun, int ended, int status, String operation, String operationStatus, String code, String heldBy) {
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
                operationStatus,
                code,
                heldBy));
    }

    /** Records an accepted and successful attach at the positions and seconds 1 to 3. */
    private void validAttach() {
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
    void a_valid_attach_and_detach_have_no_violation() {
        validAttach();
        event(4, "o2", "detach", "", "pending");
        event(5, "o2", "detach", "pending", "success");
        effect("detach", "s1", 4);
        attempt(2, 3, 409, "", "", "Gateway.DiskReserved", "o1");
        attempt(4, 5, 0, "", "", "", "");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void histories_read_from_files_equal_the_written_ones(@TempDir Path folder) throws Exception {
        validAttach();
        var histories = new Histories(attempts, events, effects);
        histories.writeTo(folder);
        assertThat(Histories.readFrom(folder)).isEqualTo(histories);
    }

    @Test
    void a_second_effect_of_one_operation_is_found() {
        validAttach();
        effect("attach", "s1", 2);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.DOUBLE_EFFECT, Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void an_effect_without_an_operation_is_found() {
        validAttach();
        effect("attach", "s2", 2);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.EFFECT_WITHOUT_OPERATION, Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void an_effect_after_the_end_of_its_operation_is_found() {
        validAttach();
        effects.clear();
        effect("attach", "s1", 7);
        assertThat(kinds()).containsExactlyInAnyOrder(Kind.EFFECT_WITHOUT_OPERATION, Kind.SUCCESS_WITHOUT_EFFECT);
    }

    @Test
    void a_detach_effect_on_a_free_disk_is_found() {
        event(1, "o1", "detach", "", "pending");
        event(2, "o1", "detach", "pending", "success");
        effect("detach", "s1", 1);
        assertThat(kinds()).containsExactly(Kind.IMPOSSIBLE_EFFECT);
    }

    @Test
    void two_unfinished_operations_on_one_disk_are_found() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o2", "attach", "", "pending");
        event(3, "o1", "attach", "pending", "failed");
        event(4, "o2", "attach", "pending", "failed");
        assertThat(kinds()).containsExactly(Kind.CONCURRENT_OPERATIONS);
    }

    @Test
    void success_without_effect_is_found() {
        validAttach();
        effects.clear();
        assertThat(kinds()).containsExactly(Kind.SUCCESS_WITHOUT_EFFECT);
    }

    @Test
    void failure_with_effect_is_found() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o1", "attach", "pending", "failed");
        effect("attach", "s1", 1);
        assertThat(kinds()).containsExactly(Kind.FAILED_WITH_EFFECT);
    }

    @Test
    void a_missing_and_a_duplicate_position_are_found() {
        validAttach();
        event(5, "o2", "attach", "", "failed");
        event(5, "o3", "attach", "", "failed");
        assertThat(kinds()).contains(Kind.MISSING_POSITION, Kind.DUPLICATE_POSITION);
    }

    @Test
    void an_event_after_the_terminal_event_is_found() {
        validAttach();
        event(4, "o1", "attach", "success", "running");
        assertThat(kinds()).containsExactly(Kind.EVENT_AFTER_END);
    }

    @Test
    void an_event_whose_previous_status_does_not_match_is_found() {
        event(1, "o1", "attach", "", "pending");
        event(2, "o1", "attach", "running", "failed");
        assertThat(kinds()).containsExactly(Kind.DISCONTINUOUS_EVENTS);
    }

    @Test
    void an_accepted_operation_without_events_is_found() {
        attempt(1, 2, 202, "o9", "pending", "", "");
        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void an_operation_without_a_terminal_event_is_found_unless_unsettled() {
        event(1, "o1", "attach", "", "pending");
        assertThat(kinds()).containsExactly(Kind.LOST);
        events.add(new Event("p", 2, "o1", "attach", "sandbox:team-1", "s1", "d1", "pending", "running", true, at(2)));
        assertThat(kinds()).isEmpty();
    }

    @Test
    void a_response_with_the_id_of_another_disks_operation_is_found() {
        validAttach();
        attempts.add(new Attempt(9, at(1), at(2), "team-1", "attach", "s1", "d2", 200, "o1", "pending", "", ""));
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void a_success_response_for_a_failed_operation_is_found() {
        event(1, "o1", "attach", "", "failed");
        attempt(1, 2, 200, "o1", "success", "", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void an_error_response_for_a_successful_operation_is_found() {
        validAttach();
        attempt(1, 2, 422, "o1", "", "ModelArts.7000", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void a_commit_of_unknown_result_may_or_may_not_have_happened() {
        validAttach();
        attempt(1, 2, 503, "o1", "", "Gateway.ReservationUnknown", "");
        attempt(1, 2, 503, "o9", "", "Gateway.ReservationUnknown", "");
        assertThat(kinds()).isEmpty();
    }

    @Test
    void a_reported_holder_that_ended_long_before_is_found() {
        validAttach();
        attempt(20, 21, 409, "", "", "Gateway.DiskReserved", "o1");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }

    @Test
    void already_attached_for_a_disk_that_never_was_is_found() {
        event(1, "o1", "attach", "", "failed");
        attempt(1, 2, 409, "o1", "", "Gateway.DiskAlreadyAttached", "");
        assertThat(kinds()).containsExactly(Kind.CONTRADICTION);
    }
}
