package dev.attachgateway.history;

import java.time.Instant;

/**
 * One line of the event log.
 *
 * @param type {@code attach} or {@code detach}
 * @param before the previous status; empty for an operation's first event
 * @param at start of its transaction
 */
public record Event(
        String project,
        long position,
        String operation,
        String type,
        String caller,
        String server,
        String disk,
        String before,
        String status,
        boolean unsettled,
        Instant at) {

    boolean isTerminal() {
        return status.equals("success") || status.equals("failed");
    }
}
