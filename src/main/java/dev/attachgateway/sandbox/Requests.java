package dev.attachgateway.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What arrived at the cloud's doors: the last 10,000 calls, written on arrival and again when answered. */
final class Requests implements Closeable {

    /** A call on its arrival. */
    record Arrival(
            Kind call,
            @Nullable String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {}

    private static final String FILE = "requests.jsonl";

    private static final int KEPT = 10_000;

    /** Lines in the file beyond which it is written anew with the kept calls only. */
    private static final int LINES = 100_000;

    private final Folder folder;
    private final SequencedMap<Long, JsonObject> calls = new LinkedHashMap<>();
    private Journal journal;
    private long last;
    private int lines;

    Requests(Folder folder) {
        this.folder = folder;
        this.journal = Journal.open(folder, FILE);
        journal.replay(this::apply);
        compact();
    }

    private void apply(JsonObject line) {
        long number = line.getLong("n");
        last = Math.max(last, number);
        if (line.containsKey("call")) {
            calls.put(number, line);
            if (calls.size() > KEPT) {
                calls.pollFirstEntry();
            }
        } else {
            JsonObject call = calls.get(number);
            if (call != null) {
                call.put("status", line.getValue("status"));
            }
        }
    }

    private void write(JsonObject line) {
        journal.append(line);
        apply(line);
        lines++;
        if (lines > LINES) {
            compact();
        }
    }

    private void compact() {
        try {
            journal.close();
            folder.replace(
                    FILE,
                    calls.values().stream().map(call -> call.encode() + "\n").collect(Collectors.joining()));
            journal = Journal.open(folder, FILE);
            journal.replay(line -> {});
            lines = calls.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a call down and answers the number by which {@link #answered} knows it. */
    long arrived(Arrival arrival, Instant at) {
        long number = last + 1;
        write(new JsonObject()
                .put("n", number)
                .put("call", arrival.call().word())
                .put("project_id", arrival.projectId())
                .put("server_id", arrival.serverId())
                .put("volume_id", arrival.volumeId())
                .putNull("status")
                .put("at", at.toString()));
        return number;
    }

    void answered(long number, int status) {
        if (calls.containsKey(number)) { // else cleared meanwhile
            write(new JsonObject().put("n", number).put("status", status));
        }
    }

    JsonArray toJson() {
        List<JsonObject> list = calls.values().stream()
                .map(call -> {
                    JsonObject shown = call.copy();
                    shown.remove("n");
                    return shown;
                })
                .toList();
        return new JsonArray(list);
    }

    void clear() {
        journal.clear();
        calls.clear();
        lines = 0;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
