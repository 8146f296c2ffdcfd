package dev.attachgateway.access.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/** The bounded FIFO buffer of audit entries that are not written yet. */
@Singleton
final class AuditBuffer {
    private static final Logger LOG = Logger.getLogger(AuditBuffer.class);
    static final int CAPACITY = 1_000;
    static final int BATCH_SIZE = 100;

    private final Deque<AuditEntry> entries = new ArrayDeque<>();
    private final Counter droppedCounter;
    private boolean overflowing;

    AuditBuffer(MeterRegistry meters) {
        droppedCounter = Counter.builder("access.audit.lost")
                .description("Audit entries dropped because the buffer was full")
                .register(meters);
    }

    synchronized void offer(AuditEntry entry) {
        if (entries.size() >= CAPACITY) {
            droppedCounter.increment();
            if (!overflowing) {
                overflowing = true;
                LOG.warnf("The audit buffer is full and entries are dropped capacity=%d", CAPACITY);
            }
            return;
        }
        entries.add(entry);
    }

    synchronized List<AuditEntry> takeBatch() {
        List<AuditEntry> batch = new ArrayList<>(BATCH_SIZE);
        while (batch.size() < BATCH_SIZE && !entries.isEmpty()) {
            batch.add(entries.removeFirst());
        }
        overflowing = false;
        return batch;
    }

    /** Returns a batch that could not be written to the head of the buffer, beyond the capacity if necessary. */
    synchronized void putBack(List<AuditEntry> batch) {
        batch.reversed().forEach(entries::addFirst);
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    synchronized boolean hasFullBatch() {
        return entries.size() >= BATCH_SIZE;
    }

    synchronized int size() {
        return entries.size();
    }
}
