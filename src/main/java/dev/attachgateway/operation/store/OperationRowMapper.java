package dev.attachgateway.operation.store;

import dev.attachgateway.database.ClockReading;
import dev.attachgateway.operation.model.FailureKinds;
import dev.attachgateway.operation.model.Lease;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.operation.model.OperationStep;
import dev.attachgateway.operation.model.SendHistory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Maps operations to and from rows; the only class that depends on both forms. */
public final class OperationRowMapper {
    /** The columns that every statement returns, with the database's clock at the read of the row. */
    public static final String COLUMNS = """
            operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject, caller_groups, request_id,
            step, status, attempts, detail, upstream_operation_id, failure, baseline, signed, window_ends, doubted, seen,
            quiet_reads, quiet_since, queue_position, awaits_operator, drift, answer_by, deadline, version, lease_owner,
            lease_token, created_at, updated_at, clock_timestamp() as read_at""";

    private OperationRowMapper() {}

    /** The first row; empty if there is none. */
    public static Optional<Operation> mapFirst(RowSet<Row> rows) {
        var iterator = rows.iterator();
        return iterator.hasNext() ? Optional.of(mapRow(iterator.next())) : Optional.empty();
    }

    /** All rows, in their order. */
    public static List<Operation> mapAll(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(OperationRowMapper::mapRow)
                .toList();
    }

    /** Seconds with milliseconds, in the form of {@code make_interval(secs)}. */
    public static double toSeconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** The operation of a row with {@link #COLUMNS}. */
    public static Operation mapRow(Row row) {
        return new Operation(
                row.getUUID("operation_id"),
                Operation.Type.fromWireName(row.getString("type")),
                row.getString("project_id"),
                row.getUUID("server_id").toString(),
                row.getUUID("volume_id").toString(),
                row.getString("caller_issuer"),
                row.getString("caller_subject"),
                Set.of(row.getArrayOfStrings("caller_groups")),
                row.getString("request_id"),
                state(row),
                sendHistory(row),
                row.getString("drift"),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                instant(row, "answer_by"),
                instant(row, "deadline"),
                row.getInteger("version"),
                new Lease(row.getUUID("lease_owner"), row.getLong("lease_token")),
                ClockReading.ofResponse(instant(row, "read_at")));
    }

    private static OperationState state(Row row) {
        int attempts = row.getInteger("attempts");
        var detail = row.getString("detail");
        var upstreamId = row.getString("upstream_operation_id");
        return switch (OperationStep.fromWireName(row.getString("step"))) {
            case CHECKING -> new OperationState.Checking(attempts);
            case QUEUED ->
                new OperationState.Queued(
                        attempts, row.getInteger("queue_position"), Objects.requireNonNullElse(detail, ""));
            case SENDING -> new OperationState.Sending(attempts);
            case WAITING -> new OperationState.Waiting(attempts, Objects.requireNonNullElse(detail, ""));
            case FOLLOWING ->
                new OperationState.Following(
                        attempts,
                        Objects.requireNonNull(upstreamId),
                        row.getString("status").equals(OperationStatus.RUNNING.wireName()));
            case CONFIRMING -> new OperationState.Confirming(attempts, Objects.requireNonNull(upstreamId));
            case UNSETTLED ->
                new OperationState.Unsettled(
                        attempts,
                        Objects.requireNonNullElse(detail, ""),
                        upstreamId,
                        Optional.ofNullable(row.getJsonObject("failure"))
                                .map(OperationRowMapper::failure)
                                .orElse(null),
                        Boolean.TRUE.equals(row.getBoolean("awaits_operator")));
            case SUCCEEDED -> new OperationState.Succeeded(attempts, upstreamId);
            case FAILED -> new OperationState.Failed(attempts, failure(row.getJsonObject("failure")), upstreamId);
        };
    }

    private static SendHistory sendHistory(Row row) {
        return new SendHistory(
                row.getBoolean("signed"),
                nullableInstant(row, "window_ends"),
                row.getBoolean("doubted"),
                row.getBoolean("seen"),
                row.getInteger("quiet_reads"),
                nullableInstant(row, "quiet_since"),
                AttachmentsJson.fromJson(row.getJsonArray("baseline")));
    }

    static OperationFailure failure(JsonObject stored) {
        return new OperationFailure(
                FailureKinds.typeOf(stored.getString("kind")),
                stored.getString("code"),
                stored.getString("message"),
                stored.getJsonArray("others", new JsonArray()).stream()
                        .map(other -> failure((JsonObject) other))
                        .toList());
    }

    private static JsonObject toJson(OperationFailure failure) {
        var stored = JsonObject.of(
                "kind", FailureKinds.nameOf(failure.type()), "code", failure.code(), "message", failure.message());
        return failure.others().isEmpty()
                ? stored
                : stored.put(
                        "others",
                        new JsonArray(failure.others().stream()
                                .map(OperationRowMapper::toJson)
                                .toList()));
    }

    /** The stored form of the failure of a state; null if it has none. */
    public static @Nullable JsonObject failure(OperationState state) {
        var failure = switch (state) {
            case OperationState.Failed failed -> failed.failure();
            case OperationState.Unsettled unsettled -> unsettled.pendingFailure();
            default -> null;
        };
        return failure == null ? null : toJson(failure);
    }

    private static @Nullable Instant nullableInstant(Row row, String column) {
        var time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
