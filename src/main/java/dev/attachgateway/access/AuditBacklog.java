package dev.attachgateway.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/** Audit lines on their way to the table: bounded, in order, and kept until they are written. */
@Singleton
final class AuditBacklog {
    private static final Logger LOG = Logger.getLogger(AuditBacklog.class);
    static final int CAPACITY = 1_000;
    static final int BATCH = 100;

    private final Deque<AuditRecord> lines = new ArrayDeque<>();
    private final Counter lost;
    private boolean losing;

    AuditBacklog(MeterRegistry meters) {
        lost = Counter.builder("access.audit.lost")
                .description("Audit lines dropped because the backlog was full")
                .register(meters);
    }

    synchronized void offer(AuditRecord line) {
        if (lines.size() >= CAPACITY) {
            lost.increment();
            if (!losing) {
                losing = true;
                LOG.warnf("The audit backlog is full and loses lines capacity=%d", CAPACITY);
            }
            return;
        }
        lines.add(line);
    }

    synchronized List<AuditRecord> take() {
        List<AuditRecord> batch = new ArrayList<>(BATCH);
        while (batch.size() < BATCH && !lines.isEmpty()) {
            batch.add(lines.removeFirst());
        }
        losing = false;
        return batch;
    }

    /** A batch that could not be written goes back to where it came from, past the capacity if it must. */
    synchronized void putBack(List<AuditRecord> batch) {
        batch.reversed().forEach(lines::addFirst);
    }

    synchronized boolean isEmpty() {
        return lines.isEmpty();
    }

    synchronized boolean worthFlushing() {
        return lines.size() >= BATCH;
    }

    synchronized int size() {
        return lines.size();
    }
}
