package dev.attachgateway.exactness;

import dev.attachgateway.exactness.Entry.Told;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What watchers were told, held against what they were meant to be told. */
final class Verdict {
    private final List<String> failures = new ArrayList<>();
    private long deliveries;
    private long duplicates;
    private long missing;
    private long foreign;
    private long disordered;
    private long connections;

    void add(Watch watch, List<Told> meant) {
        var told = watch.told();
        var distinct = new HashSet<>(told);
        deliveries += told.size();
        connections += watch.connections();
        duplicates += told.size() - distinct.size();
        missing += meant.stream().filter(each -> !distinct.contains(each)).count();
        meant.forEach(distinct::remove);
        foreign += distinct.size();
        for (var at = 1; at < told.size(); at++) {
            disordered += told.get(at).position() < told.get(at - 1).position() ? 1 : 0;
        }
        if (!told.equals(meant) || !watch.wrong().isEmpty()) {
            failures.add(watch.wish().query() + ": told " + told.size() + " of " + meant.size()
                    + ", first difference at " + difference(told, meant) + ", not expected: " + watch.wrong());
        }
    }

    private static String difference(List<Told> told, List<Told> meant) {
        for (var at = 0; at < Math.min(told.size(), meant.size()); at++) {
            if (!told.get(at).equals(meant.get(at))) {
                return told.get(at) + " in place of " + meant.get(at);
            }
        }
        return "the end";
    }

    long connections() {
        return connections;
    }

    /** One line for each watcher that was not told what it should be. */
    List<String> failures() {
        return failures;
    }

    @Override
    public String toString() {
        return "%d deliveries, %d duplicates, %d missing, %d not meant, %d out of order"
                .formatted(deliveries, duplicates, missing, foreign, disordered);
    }
}
