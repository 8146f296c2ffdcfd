package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.state.JsonLinesJournal;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What arrived at the cloud's doors, written on arrival and again when answered: the last 10,000 reads and the last 10,000
 * writes, so that no amount of looking makes a write forgotten.
 */
public final class RequestLog implements Closeable {

    /** A call on its arrival. */
    public record Arrival(
            CallKind call,
            @Nullable String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {}

    private static final String FILE = "requests.jsonl";

    private static final int KEPT = 10_000;

    /** Lines in the file beyond which it is written anew with the kept calls only. */
    private static final int LINES = 100_000;

    private final SandboxDirectory sandboxDirectory;
    private final SequencedMap<Long, JsonObject> reads = new LinkedHashMap<>();
    private final SequencedMap<Long, JsonObject> writes = new LinkedHashMap<>();
    private JsonLinesJournal journal;
    private long last;
    private int lines;

    public RequestLog(SandboxDirectory sandboxDirectory) {
        this.sandboxDirectory = sandboxDirectory;
        this.journal = JsonLinesJournal.open(sandboxDirectory, FILE);
        journal.replay(this::apply);
        compact();
    }

    private void apply(JsonObject line) {
        long number = line.getLong("n");
        last = Math.max(last, number);
        if (line.containsKey("call")) {
            var calls = CallKind.of(line.getString("call"))
                            .filter(CallKind::isWrite)
                            .isPresent()
                    ? writes
                    : reads;
            calls.put(number, line);
            if (calls.size() > KEPT) {
                calls.pollFirstEntry();
            }
        } else {
            JsonObject call = find(number);
            if (call != null) {
                call.put("status", line.getValue("status"));
            }
        }
    }

    private @Nullable JsonObject find(long number) {
        JsonObject write = writes.get(number);
        return write == null ? reads.get(number) : write;
    }

    /** Both kinds in the order in which they arrived. */
    private Stream<JsonObject> calls() {
        return Stream.concat(reads.values().stream(), writes.values().stream())
                .sorted(Comparator.comparingLong(call -> call.getLong("n")));
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
            sandboxDirectory.replace(
                    FILE, calls().map(call -> call.encode() + "\n").collect(Collectors.joining()));
            journal = JsonLinesJournal.open(sandboxDirectory, FILE);
            journal.replay(line -> {});
            lines = reads.size() + writes.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a call down and answers the number by which {@link #answered} knows it. */
    public long arrived(Arrival arrival, Instant at) {
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

    public void answered(long number, int status) {
        if (find(number) != null) { // else cleared meanwhile
            write(new JsonObject().put("n", number).put("status", status));
        }
    }

    /** Those of the given kinds; all when none is given. */
    public JsonArray toJson(List<String> kinds) {
        List<JsonObject> list = calls().filter(call -> kinds.isEmpty() || kinds.contains(call.getString("call")))
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
        reads.clear();
        writes.clear();
        lines = 0;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
