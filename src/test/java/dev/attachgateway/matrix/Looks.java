package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Looks at something large on behalf of many: whoever asks gets a look that began after the asking. */
final class Looks<T> {
    private final Supplier<T> look;
    private final AtomicLong asked = new AtomicLong();
    private long answered;
    private T seen;

    Looks(Supplier<T> look) {
        this.look = look;
        this.seen = look.get();
    }

    /** What is there now. */
    T now() {
        return lookFor(asked.incrementAndGet());
    }

    private synchronized T lookFor(long number) {
        if (answered < number) {
            answered = asked.get();
            seen = look.get();
        }
        return seen;
    }

    /** The lines that concern a disk. */
    static List<JsonNode> of(List<JsonNode> lines, String field, String word, String disk) {
        return lines.stream()
                .filter(line -> line.path("volume_id").asText().equals(disk)
                        && line.path(field).asText().equals(word))
                .toList();
    }
}
