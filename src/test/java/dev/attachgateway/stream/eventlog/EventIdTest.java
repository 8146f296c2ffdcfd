package dev.attachgateway.stream.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    private final HistoryEpoch epoch = HistoryEpoch.of("7421/00000001/16384");

    @Test
    void an_id_comes_back_as_it_was_handed_out() {
        for (long position : new long[] {0, 1, 42, 999_999_999_999_999_999L}) {
            for (var eventFingerprint :
                    new EventFingerprint[] {null, new EventFingerprint(UUID.randomUUID(), Instant.EPOCH)}) {
                var id = EventId.of(epoch, position, eventFingerprint);
                assertThat(EventId.parse(id.toString())).isEqualTo(id);
                assertThat(id.isOf(epoch)).isTrue();
            }
        }
    }

    @Test
    void another_cluster_timeline_or_table_is_another_history() {
        for (var other : new String[] {"7422/00000001/16384", "7421/00000002/16384", "7421/00000001/16385"}) {
            assertThat(HistoryEpoch.of(other)).isNotEqualTo(epoch);
            assertThat(EventId.of(epoch, 1, null).isOf(HistoryEpoch.of(other))).isFalse();
        }
        assertThat(HistoryEpoch.of("7421/00000001/16384")).isEqualTo(epoch);
        assertThat(epoch.name()).matches("[0-9a-f]{8}");
    }

    @Test
    void another_operation_or_instant_is_another_event() {
        var operation = UUID.randomUUID();
        var at = Instant.parse("2026-01-02T03:04:05.678901Z");
        var check = new EventFingerprint(operation, at).check();
        assertThat(check).matches("[0-9a-f]{8}").isEqualTo(new EventFingerprint(operation, at).check());
        assertThat(check)
                .isNotEqualTo(new EventFingerprint(UUID.randomUUID(), at).check())
                .isNotEqualTo(new EventFingerprint(operation, at.plusNanos(1000)).check());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "1",
                "00000000",
                "00000000-",
                "-1",
                "0000000-1",
                "000000000-1",
                "0000000g-1",
                "ABCDEF01-1",
                "00000000-01",
                "00000000--1",
                "00000000-+1",
                "00000000-1.0",
                "00000000-1-",
                "00000000-1-0000000",
                "00000000-1-0000000G",
                "00000000-1-00000000-0",
                "00000000-1000000000000000000",
                " 00000000-1",
                "00000000-1\n",
                "00000000-\u0661"
            })
    void what_was_never_handed_out_is_refused(String text) {
        assertThatThrownBy(() -> EventId.parse(text)).isInstanceOf(MalformedEventIdException.class);
    }
}
