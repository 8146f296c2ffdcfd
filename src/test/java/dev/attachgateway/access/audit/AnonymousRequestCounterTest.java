package dev.attachgateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.attachgateway.request.NetworkPrefix;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnonymousRequestCounterTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:30Z"));
    private final InstantSource time = now::get;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final AnonymousRequestCounter counts = new AnonymousRequestCounter(clock);

    @Test
    void a_minute_is_one_line_a_network() {
        counts.count("192.0.2.1", "no");
        counts.count("192.0.2.99", "no");
        counts.count("192.0.3.1", "no");
        assertThat(counts.drainCompletedMinute()).isEmpty();

        now.updateAndGet(before -> before.plus(Duration.ofSeconds(31)));

        assertThat(counts.drainCompletedMinute())
                .extracting(AuditEntry::clientAddress, AuditEntry::count)
                .containsExactlyInAnyOrder(tuple("192.0.2.0/24", 2), tuple("192.0.3.0/24", 1));
        assertThat(counts.drainCompletedMinute()).isEmpty();
        assertThat(counts.drain()).isEmpty();
    }

    @Test
    void networks_beyond_the_bound_are_counted_together() {
        for (int i = 0; i < AnonymousRequestCounter.MAX_NETWORKS + 50; i++) {
            counts.count("10.%d.%d.1".formatted(i / 250, i % 250), "no");
        }

        assertThat(counts.drain())
                .hasSize(AnonymousRequestCounter.MAX_NETWORKS + 1)
                .filteredOn(line -> "elsewhere".equals(line.clientAddress()))
                .singleElement()
                .satisfies(line -> assertThat(line.count()).isEqualTo(50));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77, 192.0.2.0/24",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1::/48",
        "not an address, unknown",
        "'', unknown",
    })
    void an_address_is_kept_as_its_network(String address, String network) {
        assertThat(NetworkPrefix.of(address)).isEqualTo(network);
    }
}
