package dev.attachgateway.history;

import java.time.Instant;

/**
 * One request of a caller and its answer.
 *
 * @param type {@code attach} or {@code detach}
 * @param status 0 when no answer came
 * @param operation the operation that the answer names; empty when it names none, as for all texts here
 * @param operationStatus what a success says of it
 * @param code the problem's {@code error_code}
 * @param heldBy the operation that a refusal says has the disk
 */
public record Attempt(
        int number,
        Instant begun,
        Instant ended,
        String caller,
        String type,
        String server,
        String disk,
        int status,
        String operation,
        String operationStatus,
        String code,
        String heldBy) {

    boolean isAccepted() {
        return status >= 200 && status < 300;
    }
}
