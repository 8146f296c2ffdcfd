package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A reader of server-sent events that keeps each block as it came, for tests that count every one of them. */
public final class EventStream implements AutoCloseable {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Duration END_LIMIT = Timeouts.CONDITION.multipliedBy(2);

    private final int status;
    private final HttpHeaders headers;
    private final InputStream bytes;
    private final Consumer<String> check;
    private final BlockingQueue<Block> blocks = new LinkedBlockingQueue<>();
    private final List<Block> seen = new ArrayList<>();
    private String lastEventId = "";

    EventStream(int status, HttpHeaders headers, InputStream bytes, Consumer<String> check) {
        this.status = status;
        this.headers = headers;
        this.bytes = bytes;
        this.check = check;
        Thread.ofVirtual().name("event-stream").start(this::read);
    }

    /** What stands between two empty lines; a field that did not come is null. */
    public record Block(
            @Nullable String id,
            @Nullable String event,
            @Nullable String data,
            @Nullable String retry,
            int comments,
            boolean last) {
        private static final ObjectMapper JSON = new ObjectMapper();

        /** Whether a browser would fire something for it. */
        public boolean isEvent() {
            return data != null;
        }

        /** An event that a change of the operation caused, as opposed to a snapshot's. */
        public boolean isChange() {
            return isEvent() && id != null;
        }

        public JsonNode json() {
            try {
                return JSON.readTree(data);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + data, e);
            }
        }

        /** The operation's status in it; empty when it is no operation. */
        public String operationStatus() {
            return isEvent() ? json().path("operation_status").asText() : "";
        }

        /** The history in the id, which clients must not look at. */
        public String epoch() {
            return String.valueOf(id).split("-", 2)[0];
        }

        /** The position in the id, which clients must not look at. */
        public long position() {
            return Long.parseLong(String.valueOf(id).split("-", 3)[1]);
        }
    }

    public int status() {
        return status;
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** What a client would send as {@code Last-Event-ID} now. */
    public String lastEventId() {
        return lastEventId;
    }

    /** The next block; fails when none comes, or the stream ends, within the limit. */
    public Block next() {
        var block = poll();
        if (block.last()) {
            throw new AssertionError("the stream ended after " + seen);
        }
        return block;
    }

    /** The next block that is as wished; heartbeats alone do not keep it waiting. */
    public Block next(Predicate<Block> wish) {
        var begun = System.nanoTime();
        while (true) {
            var block = next();
            if (wish.test(block)) {
                return block;
            }
            within(LIMIT, begun);
        }
    }

    /** Heartbeats alone would keep a reader waiting for ever. */
    private void within(Duration limit, long begun) {
        if (System.nanoTime() - begun > limit.toNanos()) {
            throw new AssertionError("not come within " + limit + " after " + seen);
        }
    }

    /** So many events; blocks that fire nothing are passed over. */
    public List<Block> events(int count) {
        var events = new ArrayList<Block>();
        while (events.size() < count) {
            events.add(next(Block::isEvent));
        }
        return events;
    }

    /** Everything from here to the end of the stream, but for heartbeats. */
    public List<Block> toEnd() {
        var rest = new ArrayList<Block>();
        var begun = System.nanoTime();
        for (var block = poll(); !block.last(); block = poll()) {
            if (block.isEvent() || block.id() != null) {
                rest.add(block);
            }
            within(END_LIMIT, begun);
        }
        return rest;
    }

    private Block poll() {
        try {
            var block = blocks.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (block == null) {
                throw new AssertionError("nothing came within " + LIMIT + " after " + seen);
            }
            seen.add(block);
            if (block.id() != null) {
                lastEventId = block.id();
            }
            if ("operation".equals(block.event())) {
                check.accept(String.valueOf(block.data()));
            }
            return block;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            var fields = new Fields();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    blocks.add(fields.block());
                    fields = new Fields();
                } else {
                    fields.take(line);
                }
            }
        } catch (IOException e) {
            // Cut off: for a reader the same as an end, after which it comes back.
        }
        blocks.add(new Block(null, null, null, null, 0, true));
    }

    /** Hangs up. */
    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private static final class Fields {
        private @Nullable String id;
        private @Nullable String event;
        private @Nullable String data;
        private @Nullable String retry;
        private int comments;

        void take(String line) {
            var colon = line.indexOf(':');
            var name = colon < 0 ? line : line.substring(0, colon);
            var value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (name) {
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" -> data = data == null ? value : data + "\n" + value;
                case "retry" -> retry = value;
                case "" -> comments++;
                default -> throw new AssertionError("an unknown field in the stream: " + line);
            }
        }

        Block block() {
            return new Block(id, event, data, retry, comments, false);
        }
    }
}
