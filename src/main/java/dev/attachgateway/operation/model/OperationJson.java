package dev.attachgateway.operation.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.disk.CloudIds;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An operation as callers see it: the cloud's four fields, and what the gateway knows beyond them.
 *
 * @param step what the gateway is doing about it
 * @param unsettled whether its outcome is unknown for now
 * @param drift how the cloud has contradicted the operation's end since; null when it has not
 * @param attempts how often the request was sent, or was about to be
 * @param requestId the request that began it, as in {@code X-Request-Id}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Operation",
        requiredProperties = {
            "operation_id",
            "operation_status",
            "operation_type",
            "server_id",
            "volume_id",
            "caller",
            "step",
            "unsettled",
            "attempts",
            "created_at",
            "updated_at",
            "request_id"
        })
public record OperationJson(
        @Schema(pattern = CloudIds.UUID_REGEX, examples = "b894b879-a3c0-49ee-b5cb-92202b2794e2")
        UUID operationId,

        @Schema(enumeration = {"pending", "running", "success", "failed"})
        String operationStatus,

        @Schema(enumeration = {"node_attach_volume", "node_detach_volume"})
        String operationType,

        @Nullable OperationError operationError,
        @Schema(pattern = CloudIds.UUID_REGEX) String serverId,
        @Schema(pattern = CloudIds.UUID_REGEX) String volumeId,
        @Schema(examples = "sandbox:attacher") String caller,

        @Schema(
                enumeration = {
                    "checking",
                    "queued",
                    "sending",
                    "waiting",
                    "following",
                    "confirming",
                    "unsettled",
                    "succeeded",
                    "failed"
                })
        String step,

        boolean unsettled,
        @Nullable String detail,
        @Nullable String drift,
        int attempts,
        @Schema(format = "date-time") String createdAt,
        @Schema(format = "date-time") String updatedAt,
        @Schema(pattern = "^[0-9a-f]{32}$") String requestId) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIMESTAMP_FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    /** Why it failed, as the cloud shapes it (ModelArts API reference, ShowServerOperation). */
    @Schema(
            name = "OperationError",
            requiredProperties = {"code", "message"})
    public record OperationError(
            @Schema(minLength = 8, maxLength = 36) String code,
            @Schema(minLength = 2, maxLength = 512) String message) {}

    /** The whole of it. */
    public static OperationJson of(Operation operation) {
        var state = operation.state();
        return new OperationJson(
                operation.id(),
                state.status().wireName(),
                operation.type().wireName(),
                state instanceof OperationState.Failed failed
                        ? new OperationError(
                                failed.failure().code(), failed.failure().message())
                        : null,
                operation.serverId(),
                operation.volumeId(),
                operation.callerName(),
                state.step().wireName(),
                state instanceof OperationState.Unsettled,
                state.detail(),
                operation.drift(),
                state.attempts(),
                formatTimestamp(operation.createdAt()),
                formatTimestamp(operation.updatedAt()),
                operation.requestId());
    }

    /** In one line, as events carry it. */
    public static String toJsonLine(Operation operation) {
        try {
            return JSON.writeValueAsString(of(operation));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String formatTimestamp(Instant instant) {
        return TIMESTAMP_FORMAT.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /** The answer to an attach: the cloud's own three fields (ModelArts API reference, AttachDevServerVolume). */
    @Schema(
            name = "OperationAccepted",
            requiredProperties = {"operation_id", "operation_status", "operation_type"})
    public record Accepted(
            @JsonProperty("operation_id")
            @Schema(pattern = CloudIds.UUID_REGEX, examples = "b894b879-a3c0-49ee-b5cb-92202b2794e2")
            UUID operationId,

            @JsonProperty("operation_status") @Schema(enumeration = {"pending", "running", "success", "failed"})
            String operationStatus,

            @JsonProperty("operation_type") @Schema(enumeration = {"node_attach_volume", "node_detach_volume"})
            String operationType) {
        public static Accepted of(Operation operation) {
            return new Accepted(
                    operation.id(),
                    operation.state().status().wireName(),
                    operation.type().wireName());
        }
    }
}
