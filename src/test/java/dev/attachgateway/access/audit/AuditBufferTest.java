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

class AuditBufferTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditBuffer backlog = new AuditBuffer(meters);

    @Test
    void a_full_backlog_drops_and_counts_what_it_drops() {
        for (int i = 0; i < AuditBuffer.CAPACITY + 7; i++) {
            backlog.offer(line(i));
        }

        assertThat(backlog.size()).isEqualTo(AuditBuffer.CAPACITY);
        assertThat(meters.counter("access.audit.lost").count()).isEqualTo(7);
    }

    @Test
    void a_batch_that_could_not_be_written_goes_back_to_its_place() {
        for (int i = 0; i < AuditBuffer.BATCH_SIZE + 1; i++) {
            backlog.offer(line(i));
        }
        assertThat(backlog.hasFullBatch()).isTrue();
        List<AuditEntry> batch = backlog.takeBatch();
        assertThat(backlog.size()).isEqualTo(1);

        backlog.putBack(batch);

        assertThat(backlog.takeBatch()).isEqualTo(batch).hasSize(AuditBuffer.BATCH_SIZE);
    }

    private static AuditEntry line(int number) {
        Caller caller = new Caller("sandbox", "someone", Set.of());
        return new AuthorizationRequest(RequestId.generate(), null, caller, Action.READ, Resource.project("p" + number))
                .deniedEntry("no");
    }
}
