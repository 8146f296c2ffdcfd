package dev.attachgateway.history;

import java.time.Instant;

/**
 * One request of a caller and its response.
 *
 * @param type {@code attach} or {@code detach}
 * @param status 0 without a response
 * @param operation operation id in the response; empty when absent, as are all strings here
 * @param operationStatus operation status in a successful response
 * @param code the problem's {@code error_code}
 * @param heldBy the operation that has reserved the disk according to a rejection
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
