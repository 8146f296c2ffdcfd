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
 * The JSON form of an operation: the cloud's four fields and the gateway's additions.
 *
 * @param step the current step of the gateway
 * @param unsettled whether the outcome is currently unknown
 * @param drift how the cloud contradicts the recorded outcome; null without a contradiction
 * @param attempts the number of sends, counting a send that was committed and may not have left
 * @param requestId the id of the request that created the operation, as in {@code X-Request-Id}
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

    /** The failure in the cloud's format (ModelArts API reference, ShowServerOperation). */
    @Schema(
            name = "OperationError",
            requiredProperties = {"code", "message"})
    public record OperationError(
            @Schema(minLength = 8, maxLength = 36) String code,
            @Schema(minLength = 2, maxLength = 512) String message) {}

    /** The complete form. */
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

    /** The complete form on a single line, as in the data of an event. */
    public static String toJsonLine(Operation operation) {
        try {
            return JSON.writeValueAsString(of(operation));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 3339 in UTC with milliseconds. */
    public static String formatTimestamp(Instant instant) {
        return TIMESTAMP_FORMAT.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /** The response to an attach: the cloud's own three fields (ModelArts API reference, AttachDevServerVolume). */
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
        /** The response for an accepted operation. */
        public static Accepted of(Operation operation) {
            return new Accepted(
                    operation.id(),
                    operation.state().status().wireName(),
                    operation.type().wireName());
        }
    }
}
