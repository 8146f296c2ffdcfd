package dev.attachgateway.access.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.AuthorizationRequest;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.RequestId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Proves that the audit buffer is bounded and keeps the order of entries that could not be written. */
class AuditBufferTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditBuffer buffer = new AuditBuffer(meters);

    @Test
    void a_full_buffer_drops_and_counts_further_entries() {
        for (int i = 0; i < AuditBuffer.CAPACITY + 7; i++) {
            buffer.offer(entry(i));
        }

        assertThat(buffer.size()).isEqualTo(AuditBuffer.CAPACITY);
        assertThat(meters.counter("access.audit.lost").count()).isEqualTo(7);
    }

    @Test
    void a_batch_that_could_not_be_written_returns_to_the_head() {
        for (int i = 0; i < AuditBuffer.BATCH_SIZE + 1; i++) {
            buffer.offer(entry(i));
        }
        assertThat(buffer.hasFullBatch()).isTrue();
        List<AuditEntry> batch = buffer.takeBatch();
        assertThat(buffer.size()).isEqualTo(1);

        buffer.putBack(batch);

        assertThat(buffer.takeBatch()).isEqualTo(batch).hasSize(AuditBuffer.BATCH_SIZE);
    }

    private static AuditEntry entry(int number) {
        var caller = new Caller("sandbox", "subject", Set.of());
        return new AuthorizationRequest(RequestId.generate(), null, caller, Action.READ, Resource.project("p" + number))
                .deniedEntry("no");
    }
}
