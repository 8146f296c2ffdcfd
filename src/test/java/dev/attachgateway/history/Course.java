package dev.attachgateway.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One operation as its events tell it, in order. */
record Course(List<Event> events) {

    /** All operations, in the order in which they began. */
    static Map<String, Course> of(List<Event> events) {
        var all = new LinkedHashMap<String, Course>();
        for (var event : events) {
            all.computeIfAbsent(event.operation(), id -> new Course(new ArrayList<>()))
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

    /** Whether there is a last word, wherever it stands. */
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

    /** When its end was being written; the far future while it has none. */
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
