package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Coalesces concurrent reads of a large resource: each caller gets a result whose read began after its call. */
final class CoalescedReader<T> {
    private final Supplier<T> source;
    private final AtomicLong lastRequest = new AtomicLong();
    private long lastServed;
    private T value;

    CoalescedReader(Supplier<T> source) {
        this.source = source;
        this.value = source.get();
    }

    /** Returns the current value. */
    T now() {
        return valueFor(lastRequest.incrementAndGet());
    }

    private synchronized T valueFor(long number) {
        if (lastServed < number) {
            lastServed = lastRequest.get();
            value = source.get();
        }
        return value;
    }

    /** Filters the lines of a disk. */
    static List<JsonNode> of(List<JsonNode> lines, String field, String value, String disk) {
        return lines.stream()
                .filter(line -> line.path("volume_id").asText().equals(disk)
                        && line.path(field).asText().equals(value))
                .toList();
    }
}
