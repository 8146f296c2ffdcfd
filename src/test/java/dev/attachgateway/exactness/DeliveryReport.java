package dev.attachgateway.exactness;

import dev.attachgateway.exactness.LoggedEvent.DeliveredEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Compares the events that clients received with the events that match their filters. */
final class DeliveryReport {
    private final List<String> failures = new ArrayList<>();
    private long deliveries;
    private long duplicates;
    private long missing;
    private long unexpected;
    private long outOfOrder;
    private long connections;

    void add(FeedWatcher watcher, List<DeliveredEvent> expected) {
        var received = watcher.received();
        var distinct = new HashSet<>(received);
        deliveries += received.size();
        connections += watcher.connections();
        duplicates += received.size() - distinct.size();
        missing += expected.stream().filter(event -> !distinct.contains(event)).count();
        expected.forEach(distinct::remove);
        unexpected += distinct.size();
        for (var i = 1; i < received.size(); i++) {
            outOfOrder += received.get(i).position() < received.get(i - 1).position() ? 1 : 0;
        }
        if (!received.equals(expected) || !watcher.violations().isEmpty()) {
            failures.add(watcher.feedQuery().query() + ": received " + received.size() + " of " + expected.size()
                    + ", first difference at " + difference(received, expected) + ", violations: "
                    + watcher.violations());
        }
    }

    private static String difference(List<DeliveredEvent> received, List<DeliveredEvent> expected) {
        for (var i = 0; i < Math.min(received.size(), expected.size()); i++) {
            if (!received.get(i).equals(expected.get(i))) {
                return received.get(i) + " instead of " + expected.get(i);
            }
        }
        return "the end";
    }

    long connections() {
        return connections;
    }

    /** Returns one line for each client that did not receive exactly the expected events. */
    List<String> failures() {
        return failures;
    }

    @Override
    public String toString() {
        return "%d deliveries, %d duplicates, %d missing, %d unexpected, %d out of order"
                .formatted(deliveries, duplicates, missing, unexpected, outOfOrder);
    }
}
