package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.Events;
import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.sse.EncodedEvent;
import dev.attachgateway.stream.sse.EventEnvelope;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Proves that the buffer returns gapless events only, and evicts the oldest first. */
class RecentEventBufferTest {
    private static final HistoryEpoch EPOCH = HistoryEpoch.of("test");

    private final RecentEventBuffer recentEventBuffer = new RecentEventBuffer(5, 1_000_000);

    private static EncodedEvent event(String project, long position) {
        return event(project, position, "{}");
    }

    private static EncodedEvent event(String project, long position, String data) {
        return new EncodedEvent(EPOCH, Events.at(project, position, data));
    }

    private void add(String project, long from, long to) {
        for (var position = from; position <= to; position++) {
            recentEventBuffer.add(event(project, position));
        }
    }

    private @Nullable List<Long> after(String project, long position) {
        var found = recentEventBuffer.after(project, position, 100);
        return found == null ? null : found.stream().map(EncodedEvent::position).toList();
    }

    @Test
    void events_after_a_position_are_returned_as_far_back_as_buffered() {
        add("p", 11, 14);
        assertThat(after("p", 9)).isNull();
        assertThat(after("p", 10)).containsExactly(11L, 12L, 13L, 14L);
        assertThat(after("p", 13)).containsExactly(14L);
        assertThat(after("p", 14)).isEmpty();
        assertThat(after("q", 0)).isNull();
        assertThat(recentEventBuffer.after("p", 10, 2)).hasSize(2);
    }

    @Test
    void the_oldest_event_of_all_projects_is_evicted_first() {
        add("p", 1, 3);
        add("q", 1, 2);
        add("p", 4, 4);
        assertThat(after("p", 0)).isNull();
        assertThat(after("p", 1)).containsExactly(2L, 3L, 4L);
        assertThat(after("q", 0)).containsExactly(1L, 2L);
        add("q", 3, 6);
        assertThat(after("p", 3)).containsExactly(4L);
        assertThat(recentEventBuffer.events()).isEqualTo(5);
        add("q", 7, 7);
        assertThat(after("p", 3)).isNull();
    }

    @Test
    void long_events_reduce_the_number_of_buffered_events() {
        var small = new RecentEventBuffer(100, 4000);
        for (int position = 1; position <= 10; position++) {
            small.add(event("p", position, "x".repeat(500)));
            assertThat(small.bytes()).isLessThanOrEqualTo(4000);
        }
        assertThat(small.events()).isEqualTo(2);
        assertThat(small.after("p", 8, 100)).hasSize(2);
    }

    @Test
    void a_gap_discards_the_events_before_it() {
        add("p", 1, 2);
        add("p", 4, 4);
        assertThat(after("p", 1)).isNull();
        assertThat(after("p", 3)).containsExactly(4L);
    }

    @Test
    void events_of_a_project_followed_again_are_kept_only_without_a_gap() {
        add("p", 1, 2);
        recentEventBuffer.follow("p", 2, recentEventBuffer.fingerprintAt("p", 2));
        assertThat(after("p", 0)).containsExactly(1L, 2L);
        recentEventBuffer.follow("p", 3, new EventFingerprint(UUID.randomUUID(), Instant.EPOCH));
        assertThat(after("p", 0)).isNull();
        add("p", 4, 8);
        assertThat(after("p", 3)).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void events_are_discarded_when_the_head_has_another_fingerprint() {
        add("p", 1, 2);
        recentEventBuffer.follow("p", 2, new EventFingerprint(UUID.randomUUID(), Instant.EPOCH));
        assertThat(after("p", 0)).isNull();
    }

    @Test
    void all_subscribers_share_the_same_frame() {
        var encodedEvent = event("p", 1);
        assertThat(encodedEvent.frame(EventEnvelope.NONE)).isSameAs(encodedEvent.frame(EventEnvelope.NONE));
        assertThat(encodedEvent.frame(EventEnvelope.CLOUDEVENTS))
                .isSameAs(encodedEvent.frame(EventEnvelope.CLOUDEVENTS));
        assertThat(encodedEvent.frame(EventEnvelope.NONE).toString())
                .isEqualTo("id: " + encodedEvent.id() + "\nevent: operation\ndata: {}\n\n");
    }
}
