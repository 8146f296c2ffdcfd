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

/** A client of a server-sent event stream that keeps each block as received, for tests that count every block. */
public final class EventStream implements AutoCloseable {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Duration END_LIMIT = Timeouts.CONDITION.multipliedBy(2);

    private final int status;
    private final HttpHeaders headers;
    private final InputStream bytes;
    private final Consumer<String> check;
    private final BlockingQueue<Block> blocks = new LinkedBlockingQueue<>();
    private final List<Block> received = new ArrayList<>();
    private String lastEventId = "";

    EventStream(int status, HttpHeaders headers, InputStream bytes, Consumer<String> check) {
        this.status = status;
        this.headers = headers;
        this.bytes = bytes;
        this.check = check;
        Thread.ofVirtual().name("event-stream").start(this::read);
    }

    /**
     * The fields between two empty lines; an absent field is null.
     *
     * @param last whether the block stands for the end of the stream
     */
    public record Block(
            @Nullable String id,
            @Nullable String event,
            @Nullable String data,
            @Nullable String retry,
            int comments,
            boolean last) {
        private static final ObjectMapper JSON = new ObjectMapper();

        /** Whether a browser would dispatch an event for the block. */
        public boolean isEvent() {
            return data != null;
        }

        /** Whether the block is a change of the operation, as opposed to a part of a snapshot. */
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

        /** The operation's status; empty if the block has no operation. */
        public String operationStatus() {
            return isEvent() ? json().path("operation_status").asText() : "";
        }

        /** The epoch in the id, which is opaque to clients. */
        public String epoch() {
            return String.valueOf(id).split("-", 2)[0];
        }

        /** The position in the id, which is opaque to clients. */
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

    /** The value that a client would send as {@code Last-Event-ID} now. */
    public String lastEventId() {
        return lastEventId;
    }

    /** The next block; fails if the stream ends or no block arrives within the limit. */
    public Block next() {
        var block = poll();
        if (block.last()) {
            throw new AssertionError("the stream ended after " + received);
        }
        return block;
    }

    /** The next block that meets the condition; fails after the limit even if heartbeats arrive. */
    public Block next(Predicate<Block> condition) {
        var startNanos = System.nanoTime();
        while (true) {
            var block = next();
            if (condition.test(block)) {
                return block;
            }
            requireWithin(LIMIT, startNanos);
        }
    }

    /** Limits a wait in which every heartbeat restarts the timeout of a single block. */
    private void requireWithin(Duration limit, long startNanos) {
        if (System.nanoTime() - startNanos > limit.toNanos()) {
            throw new AssertionError("not received within " + limit + " after " + received);
        }
    }

    /** The next events; blocks that are no events are skipped. */
    public List<Block> events(int count) {
        var events = new ArrayList<Block>();
        while (events.size() < count) {
            events.add(next(Block::isEvent));
        }
        return events;
    }

    /** All remaining blocks up to the end of the stream, without heartbeats. */
    public List<Block> toEnd() {
        var rest = new ArrayList<Block>();
        var startNanos = System.nanoTime();
        for (var block = poll(); !block.last(); block = poll()) {
            if (block.isEvent() || block.id() != null) {
                rest.add(block);
            }
            requireWithin(END_LIMIT, startNanos);
        }
        return rest;
    }

    private Block poll() {
        try {
            var block = blocks.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (block == null) {
                throw new AssertionError("nothing received within " + LIMIT + " after " + received);
            }
            received.add(block);
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
                    fields.add(line);
                }
            }
        } catch (IOException _) {
            // A broken connection is the same as an end: the client reconnects.
        }
        blocks.add(new Block(null, null, null, null, 0, true));
    }

    /** Closes the connection. */
    @Override
    public void close() {
        try {
            bytes.close();
        } catch (IOException _) {
            // The connection is closed in any case.
        }
    }

    private static final class Fields {
        private @Nullable String id;
        private @Nullable String event;
        private @Nullable String data;
        private @Nullable String retry;
        private int comments;

        void add(String line) {
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
