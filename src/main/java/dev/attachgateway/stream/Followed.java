package dev.attachgateway.stream;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A project that somebody follows: how far it was read, and who is told. Belongs to one thread. */
final class Followed {
    private final Set<Watcher> comingUp = new HashSet<>();
    private final Map<UUID, Set<Watcher>> ofOneOperation = new HashMap<>();
    private final Map<Audience, Set<Watcher>> others = new HashMap<>();
    private long cursor;

    /** Read up to this position. */
    Followed(long cursor) {
        this.cursor = cursor;
    }

    long cursor() {
        return cursor;
    }

    /** Keeps the project followed for someone who still reads what was before. */
    void hold(Watcher watcher) {
        comingUp.add(watcher);
    }

    /** From here on the watcher hears everything after the cursor. */
    void join(Watcher watcher) {
        comingUp.remove(watcher);
        var audience = watcher.audience();
        var operation = audience.filter().operation();
        if (operation != null) {
            ofOneOperation.computeIfAbsent(operation, id -> new HashSet<>()).add(watcher);
        } else {
            others.computeIfAbsent(audience, same -> new HashSet<>()).add(watcher);
        }
    }

    void leave(Watcher watcher) {
        comingUp.remove(watcher);
        var operation = watcher.audience().filter().operation();
        if (operation != null) {
            remove(ofOneOperation, operation, watcher);
        } else {
            remove(others, watcher.audience(), watcher);
        }
    }

    private static <K> void remove(Map<K, Set<Watcher>> watchers, K key, Watcher watcher) {
        var same = watchers.get(key);
        if (same != null && same.remove(watcher) && same.isEmpty()) {
            watchers.remove(key);
        }
    }

    boolean isEmpty() {
        return comingUp.isEmpty() && ofOneOperation.isEmpty() && others.isEmpty();
    }

    /** Whether the event is the next one; then it is read. */
    boolean isNews(Event event) {
        if (event.position() <= cursor) {
            return false;
        }
        cursor = event.position();
        return true;
    }

    /** Tells a change to those who want to hear it; a filter is asked once for all who share it. */
    void tell(Change change) {
        var event = change.event();
        ofOneOperation.getOrDefault(event.operationId(), Set.of()).forEach(watcher -> watcher.changed(change));
        others.forEach((audience, watchers) -> {
            if (audience.hears(event)) {
                watchers.forEach(watcher -> watcher.changed(change));
            }
        });
    }

    /** All of them, whether they hear of changes already or not. */
    Stream<Watcher> watchers() {
        var joined = Stream.concat(ofOneOperation.values().stream(), others.values().stream());
        return Stream.concat(comingUp.stream(), joined.flatMap(Set::stream));
    }
}
