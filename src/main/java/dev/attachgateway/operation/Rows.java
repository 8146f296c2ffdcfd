package dev.attachgateway.operation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Operations as rows: the only place that knows both. */
final class Rows {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What every statement gives back, with the database's clock as it reads the row. */
    static final String COLUMNS = """
            operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject, caller_groups, request_id,
            step, status, attempts, detail, upstream_operation_id, failure, baseline, signed, window_ends, doubted, seen,
            quiet_reads, quiet_since, drift, answer_by, deadline, version, lease_owner, lease_token, created_at, updated_at,
            clock_timestamp() as read_at""";

    private Rows() {}

    static Optional<Operation> first(RowSet<Row> rows) {
        var found = rows.iterator();
        return found.hasNext() ? Optional.of(operation(found.next())) : Optional.empty();
    }

    static List<Operation> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(Rows::operation)
                .toList();
    }

    /** As {@code make_interval} takes it. */
    static double seconds(Duration span) {
        return span.toMillis() / 1000.0;
    }

    static Operation operation(Row row) {
        return new Operation(
                row.getUUID("operation_id"),
                Operation.Type.of(row.getString("type")),
                row.getString("project_id"),
                row.getUUID("server_id").toString(),
                row.getUUID("volume_id").toString(),
                row.getString("caller_issuer"),
                row.getString("caller_subject"),
                Set.of(row.getArrayOfStrings("caller_groups")),
                row.getString("request_id"),
                state(row),
                trace(row),
                row.getString("drift"),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                instant(row, "answer_by"),
                instant(row, "deadline"),
                row.getInteger("version"),
                new Lease(row.getUUID("lease_owner"), row.getLong("lease_token")),
                instant(row, "read_at"),
                System.nanoTime());
    }

    private static State state(Row row) {
        int attempts = row.getInteger("attempts");
        var detail = row.getString("detail");
        var upstreamId = row.getString("upstream_operation_id");
        return switch (Step.of(row.getString("step"))) {
            case CHECKING -> new State.Checking(attempts);
            case QUEUED -> new State.Queued(attempts, Objects.requireNonNullElse(detail, ""));
            case SENDING -> new State.Sending(attempts);
            case WAITING -> new State.Waiting(attempts, Objects.requireNonNullElse(detail, ""));
            case FOLLOWING ->
                new State.Following(
                        attempts,
                        Objects.requireNonNull(upstreamId),
                        row.getString("status").equals(Status.RUNNING.word()));
            case CONFIRMING -> new State.Confirming(attempts, Objects.requireNonNull(upstreamId));
            case UNSETTLED ->
                new State.Unsettled(
                        attempts,
                        Objects.requireNonNullElse(detail, ""),
                        upstreamId,
                        Optional.ofNullable(row.getJsonObject("failure"))
                                .map(Rows::failure)
                                .orElse(null));
            case SUCCEEDED -> new State.Succeeded(attempts, upstreamId);
            case FAILED -> new State.Failed(attempts, failure(row.getJsonObject("failure")), upstreamId);
        };
    }

    private static Trace trace(Row row) {
        return new Trace(
                row.getBoolean("signed"),
                moment(row, "window_ends"),
                row.getBoolean("doubted"),
                row.getBoolean("seen"),
                row.getInteger("quiet_reads"),
                moment(row, "quiet_since"),
                Holds.of(row.getJsonArray("baseline")));
    }

    private static Failure failure(JsonObject stored) {
        try {
            return JSON.readValue(stored.encode(), Failure.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the stored failure cannot be read", e);
        }
    }

    static @Nullable JsonObject failure(State state) {
        var failure = switch (state) {
            case State.Failed failed -> failed.failure();
            case State.Unsettled unsettled -> unsettled.verdict();
            default -> null;
        };
        return failure == null
                ? null
                : new JsonObject(JSON.convertValue(failure, new TypeReference<Map<String, Object>>() {}));
    }

    private static @Nullable Instant moment(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
