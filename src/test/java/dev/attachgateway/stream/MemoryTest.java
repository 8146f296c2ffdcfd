package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final Epoch EPOCH = Epoch.of("test");

    private final Memory memory = new Memory(5, 1_000_000);

    private static Change change(String project, long position) {
        return change(project, position, "{}");
    }

    private static Change change(String project, long position, String data) {
        return new Change(EPOCH, Events.at(project, position, data));
    }

    private void add(String project, long from, long to) {
        for (var position = from; position <= to; position++) {
            memory.add(change(project, position));
        }
    }

    private @Nullable List<Long> after(String project, long position) {
        var found = memory.after(project, position, 100);
        return found == null ? null : found.stream().map(Change::position).toList();
    }

    @Test
    void what_followed_a_position_is_known_as_far_back_as_memory_reaches() {
        add("p", 11, 14);
        assertThat(after("p", 9)).isNull();
        assertThat(after("p", 10)).containsExactly(11L, 12L, 13L, 14L);
        assertThat(after("p", 13)).containsExactly(14L);
        assertThat(after("p", 14)).isEmpty();
        assertThat(after("q", 0)).isNull();
        assertThat(memory.after("p", 10, 2)).hasSize(2);
    }

    @Test
    void what_came_first_goes_first_whoevers_it_is() {
        add("p", 1, 3);
        add("q", 1, 2);
        add("p", 4, 4);
        assertThat(after("p", 0)).isNull();
        assertThat(after("p", 1)).containsExactly(2L, 3L, 4L);
        assertThat(after("q", 0)).containsExactly(1L, 2L);
        add("q", 3, 6);
        assertThat(after("p", 3)).containsExactly(4L);
        assertThat(memory.events()).isEqualTo(5);
        add("q", 7, 7);
        assertThat(after("p", 3)).isNull();
    }

    @Test
    void long_events_leave_room_for_fewer() {
        var small = new Memory(100, 4000);
        for (int position = 1; position <= 10; position++) {
            small.add(change("p", position, "x".repeat(500)));
            assertThat(small.bytes()).isLessThanOrEqualTo(4000);
        }
        assertThat(small.events()).isEqualTo(2);
        assertThat(small.after("p", 8, 100)).hasSize(2);
    }

    @Test
    void a_gap_makes_what_was_before_it_useless() {
        add("p", 1, 2);
        add("p", 4, 4);
        assertThat(after("p", 1)).isNull();
        assertThat(after("p", 3)).containsExactly(4L);
    }

    @Test
    void a_project_that_is_followed_again_is_remembered_only_when_nothing_was_missed() {
        add("p", 1, 2);
        memory.follow("p", 2, memory.at("p", 2));
        assertThat(after("p", 0)).containsExactly(1L, 2L);
        memory.follow("p", 3, new Stamp(UUID.randomUUID(), Instant.EPOCH));
        assertThat(after("p", 0)).isNull();
        add("p", 4, 8);
        assertThat(after("p", 3)).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void what_another_history_has_in_the_same_place_is_not_remembered() {
        add("p", 1, 2);
        memory.follow("p", 2, new Stamp(UUID.randomUUID(), Instant.EPOCH));
        assertThat(after("p", 0)).isNull();
    }

    @Test
    void everyone_is_given_the_same_bytes() {
        var change = change("p", 1);
        assertThat(change.frame(Envelope.NONE)).isSameAs(change.frame(Envelope.NONE));
        assertThat(change.frame(Envelope.CLOUDEVENTS)).isSameAs(change.frame(Envelope.CLOUDEVENTS));
        assertThat(change.frame(Envelope.NONE).toString())
                .isEqualTo("id: " + change.id() + "\nevent: operation\ndata: {}\n\n");
    }
}
