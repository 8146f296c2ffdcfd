package dev.attachgateway.stream.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that event ids are parsed as they were issued, and that malformed ones are rejected. */
class EventIdTest {
    private final HistoryEpoch epoch = HistoryEpoch.of("7421/00000001/16384");

    @Test
    void an_id_is_parsed_as_it_was_issued() {
        for (long position : new long[] {0, 1, 42, 999_999_999_999_999_999L}) {
            for (var fingerprint :
                    new EventFingerprint[] {null, new EventFingerprint(UUID.randomUUID(), Instant.EPOCH)}) {
                var id = EventId.of(epoch, position, fingerprint);
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
        var checksum = new EventFingerprint(operation, at).checksum();
        assertThat(checksum).matches("[0-9a-f]{8}").isEqualTo(new EventFingerprint(operation, at).checksum());
        assertThat(checksum)
                .isNotEqualTo(new EventFingerprint(UUID.randomUUID(), at).checksum())
                .isNotEqualTo(new EventFingerprint(operation, at.plusNanos(1000)).checksum());
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
    void a_malformed_id_is_rejected(String text) {
        assertThatThrownBy(() -> EventId.parse(text))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo(ProblemType.MALFORMED_EVENT_ID));
    }
}
