package dev.attachgateway.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.time.Instant;

/** The final state of an operation that a response has named. */
record EndedOperation(JsonNode json) {
    String id() {
        return json.path("operation_id").asText();
    }

    boolean isAttach() {
        return json.path("operation_type").asText().equals(Operation.Type.ATTACH.wireName());
    }

    String server() {
        return json.path("server_id").asText();
    }

    Instant begun() {
        return Instant.parse(json.path("created_at").asText());
    }

    Instant ended() {
        return Instant.parse(json.path("updated_at").asText());
    }

    /** Returns the time between an instant and the operation; zero during the operation. */
    Duration distanceFrom(Instant at) {
        if (at.isBefore(begun())) {
            return Duration.between(at, begun());
        }
        return at.isAfter(ended()) ? Duration.between(ended(), at) : Duration.ZERO;
    }

    boolean isSuccess() {
        return json.path("operation_status").asText().equals("success");
    }

    boolean isFailed() {
        return json.path("operation_status").asText().equals("failed");
    }

    /** Returns the error code; empty without an error. */
    String code() {
        return json.at("/operation_error/code").asText();
    }

    boolean isReleased() {
        return code().equals("Gateway.Released");
    }

    @Override
    public String toString() {
        return json.path("operation_type").asText() + " " + id() + " "
                + json.path("operation_status").asText() + " " + code() + " from " + begun() + " to " + ended();
    }
}
