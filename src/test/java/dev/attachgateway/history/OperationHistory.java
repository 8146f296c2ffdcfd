package dev.attachgateway.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The events of one operation, in order. */
record OperationHistory(List<Event> events) {

    /** Groups events by operation, in the order in which the operations began. */
    static Map<String, OperationHistory> of(List<Event> events) {
        var all = new LinkedHashMap<String, OperationHistory>();
        for (var event : events) {
            all.computeIfAbsent(event.operation(), _ -> new OperationHistory(new ArrayList<>()))
                    .events()
                    .add(event);
        }
        return all;
    }

    Event first() {
        return events.getFirst();
    }

    Event last() {
        return events.getLast();
    }

    String id() {
        return first().operation();
    }

    String disk() {
        return first().disk();
    }

    /** Whether there is a terminal event at any position. */
    boolean isEnded() {
        return events.stream().anyMatch(Event::isTerminal);
    }

    boolean succeeded() {
        return events.stream().filter(Event::isTerminal).findFirst().stream()
                .anyMatch(event -> event.status().equals("success"));
    }

    boolean failed() {
        return isEnded() && !succeeded();
    }

    long endPosition() {
        return events.stream()
                .filter(Event::isTerminal)
                .mapToLong(Event::position)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    Instant begun() {
        return first().at();
    }

    /** Returns the start of the transaction that ended it; {@link Instant#MAX} while it is unfinished. */
    Instant ended() {
        return events.stream()
                .filter(Event::isTerminal)
                .map(Event::at)
                .findFirst()
                .orElse(Instant.MAX);
    }

    boolean isOf(Effect effect) {
        return first().type().equals(effect.type())
                && first().server().equals(effect.server())
                && disk().equals(effect.disk());
    }
}
