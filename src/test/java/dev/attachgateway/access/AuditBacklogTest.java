package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditBacklogTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditBacklog backlog = new AuditBacklog(meters);

    @Test
    void a_full_backlog_drops_and_counts_what_it_drops() {
        for (int i = 0; i < AuditBacklog.CAPACITY + 7; i++) {
            backlog.offer(line(i));
        }

        assertThat(backlog.size()).isEqualTo(AuditBacklog.CAPACITY);
        assertThat(meters.counter("access.audit.lost").count()).isEqualTo(7);
    }

    @Test
    void a_batch_that_could_not_be_written_goes_back_to_its_place() {
        for (int i = 0; i < AuditBacklog.BATCH + 1; i++) {
            backlog.offer(line(i));
        }
        assertThat(backlog.worthFlushing()).isTrue();
        List<AuditRecord> batch = backlog.take();
        assertThat(backlog.size()).isEqualTo(1);

        backlog.putBack(batch);

        assertThat(backlog.take()).isEqualTo(batch).hasSize(AuditBacklog.BATCH);
    }

    private static AuditRecord line(int number) {
        Caller caller = new Caller("sandbox", "someone", Set.of());
        return new Question(RequestId.fresh(), null, caller, Action.READ, "p" + number, null, null).denied("no");
    }
}
