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
 * Log of the received calls, written on arrival and again with the response status: the last 10,000 reads and, kept
 * apart so that no number of reads displaces a write, the last 10,000 writes.
 */
public final class RequestLog implements Closeable {

    /** A received call. */
    public record ReceivedCall(
            CallKind call,
            @Nullable String projectId,
            @Nullable String serverId,
            @Nullable String volumeId) {}

    private static final String FILE = "requests.jsonl";

    private static final int MAX_KEPT = 10_000;

    /** Lines in the file above which it is rewritten with the kept calls only. */
    private static final int COMPACTION_THRESHOLD = 100_000;

    private final SandboxDirectory sandboxDirectory;
    private final SequencedMap<Long, JsonObject> reads = new LinkedHashMap<>();
    private final SequencedMap<Long, JsonObject> writes = new LinkedHashMap<>();
    private JsonLinesJournal journal;
    private long lastNumber;
    private int lineCount;

    public RequestLog(SandboxDirectory sandboxDirectory) {
        this.sandboxDirectory = sandboxDirectory;
        this.journal = JsonLinesJournal.open(sandboxDirectory, FILE);
        journal.replay(this::apply);
        compact();
    }

    private void apply(JsonObject line) {
        long number = line.getLong("n");
        lastNumber = Math.max(lastNumber, number);
        if (line.containsKey("call")) {
            var calls = CallKind.fromValue(line.getString("call"))
                            .filter(CallKind::isWrite)
                            .isPresent()
                    ? writes
                    : reads;
            calls.put(number, line);
            if (calls.size() > MAX_KEPT) {
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

    /** Reads and writes in order of arrival. */
    private Stream<JsonObject> allCalls() {
        return Stream.concat(reads.values().stream(), writes.values().stream())
                .sorted(Comparator.comparingLong(call -> call.getLong("n")));
    }

    private void appendAndApply(JsonObject line) {
        journal.append(line);
        apply(line);
        lineCount++;
        if (lineCount > COMPACTION_THRESHOLD) {
            compact();
        }
    }

    void compact() {
        sandboxDirectory.replaceFile(
                FILE, allCalls().map(call -> call.encode() + "\n").collect(Collectors.joining()));
        var compacted = JsonLinesJournal.open(sandboxDirectory, FILE);
        compacted.replay(_ -> {});
        // Closed only now, so that a failure before leaves a journal to append to.
        try (var _ = journal) {
            journal = compacted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lineCount = reads.size() + writes.size();
    }

    /** Records a call and returns its number for {@link #recordStatus}. */
    public long recordArrival(ReceivedCall receivedCall, Instant at) {
        long number = lastNumber + 1;
        appendAndApply(new JsonObject()
                .put("n", number)
                .put("call", receivedCall.call().value())
                .put("project_id", receivedCall.projectId())
                .put("server_id", receivedCall.serverId())
                .put("volume_id", receivedCall.volumeId())
                .putNull("status")
                .put("at", at.toString()));
        return number;
    }

    /** Adds the response status to a recorded call. */
    public void recordStatus(long number, int status) {
        if (find(number) != null) { // otherwise cleared in the meantime
            appendAndApply(new JsonObject().put("n", number).put("status", status));
        }
    }

    /** Returns the calls of the given kinds; all calls when none is given. */
    public JsonArray toJson(List<String> kinds) {
        List<JsonObject> list = allCalls()
                .filter(call -> kinds.isEmpty() || kinds.contains(call.getString("call")))
                .map(call -> {
                    JsonObject copy = call.copy();
                    copy.remove("n");
                    return copy;
                })
                .toList();
        return new JsonArray(list);
    }

    void clear() {
        journal.clear();
        reads.clear();
        writes.clear();
        lineCount = 0;
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
