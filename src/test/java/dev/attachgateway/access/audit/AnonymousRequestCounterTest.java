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

/** Proves that unauthenticated requests are counted by minute and network within a bound. */
class AnonymousRequestCounterTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:30Z"));
    private final InstantSource time = now::get;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final AnonymousRequestCounter counter = new AnonymousRequestCounter(clock);

    @Test
    void each_network_has_one_entry_per_minute() {
        counter.count("192.0.2.1", "no");
        counter.count("192.0.2.99", "no");
        counter.count("192.0.3.1", "no");
        assertThat(counter.drainCompletedMinute()).isEmpty();

        now.updateAndGet(before -> before.plus(Duration.ofSeconds(31)));

        assertThat(counter.drainCompletedMinute())
                .extracting(AuditEntry::clientAddress, AuditEntry::count)
                .containsExactlyInAnyOrder(tuple("192.0.2.0/24", 2), tuple("192.0.3.0/24", 1));
        assertThat(counter.drainCompletedMinute()).isEmpty();
        assertThat(counter.drain()).isEmpty();
    }

    @Test
    void networks_beyond_the_limit_share_one_entry() {
        for (int i = 0; i < AnonymousRequestCounter.MAX_NETWORKS + 50; i++) {
            counter.count("10.%d.%d.1".formatted(i / 250, i % 250), "no");
        }

        assertThat(counter.drain())
                .hasSize(AnonymousRequestCounter.MAX_NETWORKS + 1)
                .filteredOn(entry -> "elsewhere".equals(entry.clientAddress()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.count()).isEqualTo(50));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77, 192.0.2.0/24",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1::/48",
        "not an address, unknown",
        "'', unknown",
    })
    void an_address_is_reduced_to_its_network(String address, String network) {
        assertThat(NetworkPrefix.of(address)).isEqualTo(network);
    }
}
