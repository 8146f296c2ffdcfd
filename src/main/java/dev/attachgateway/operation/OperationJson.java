package dev.attachgateway.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
 * @param attempts how often the request was sent, or was about to be
 * @param requestId the request that began it, as in {@code X-Request-Id}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(name = "Operation")
public record OperationJson(
        UUID operationId,
        String operationStatus,
        String operationType,
        @Nullable OperationError operationError,
        String serverId,
        String volumeId,
        String caller,
        String step,
        boolean unsettled,
        @Nullable String detail,
        int attempts,
        String createdAt,
        String updatedAt,
        String requestId) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    /** Why it failed, as the cloud shapes it (ModelArts API reference, ShowDevServerOperation). */
    @Schema(name = "OperationError")
    public record OperationError(
            @Schema(minLength = 8, maxLength = 36) String code,
            @Schema(minLength = 2, maxLength = 512) String message) {}

    /** The whole of it. */
    public static OperationJson of(Operation operation) {
        var state = operation.state();
        return new OperationJson(
                operation.id(),
                state.status().word(),
                operation.type().word(),
                state instanceof State.Failed failed
                        ? new OperationError(
                                failed.failure().code(), failed.failure().message())
                        : null,
                operation.serverId(),
                operation.volumeId(),
                operation.caller(),
                state.step().word(),
                state instanceof State.Unsettled,
                state.detail(),
                state.attempts(),
                time(operation.createdAt()),
                time(operation.updatedAt()),
                operation.requestId());
    }

    /** In one line, as events carry it. */
    static String line(Operation operation) {
        try {
            return JSON.writeValueAsString(of(operation));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String time(Instant instant) {
        return MILLISECONDS.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /** The answer to an attach: the cloud's own three fields (ModelArts API reference, AttachDevServerVolume). */
    @Schema(name = "OperationAccepted")
    public record Accepted(
            @JsonProperty("operation_id") UUID operationId,
            @JsonProperty("operation_status") String operationStatus,
            @JsonProperty("operation_type") String operationType) {
        public static Accepted of(Operation operation) {
            return new Accepted(
                    operation.id(),
                    operation.state().status().word(),
                    operation.type().word());
        }
    }
}
