package dev.attachgateway.stream;

import io.vertx.core.Context;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A project that somebody follows: how far it was read, and who is told. Belongs to one thread. */
final class Followed {
    private final Set<Watcher> comingUp = new HashSet<>();
    private final Map<UUID, Map<Context, Row>> ofOneOperation = new HashMap<>();
    private final Map<Audience, Map<Context, Row>> others = new HashMap<>();
    private long cursor;
    private @Nullable Stamp newest;

    /** Read up to this position, at which this event is. */
    Followed(long cursor, @Nullable Stamp newest) {
        this.cursor = cursor;
        this.newest = newest;
    }

    long cursor() {
        return cursor;
    }

    /** The event at the cursor; null when there is none (any more). */
    @Nullable
    Stamp newest() {
        return newest;
    }

    /** Keeps the project followed for someone who reads what was before; it hears nothing new meanwhile. */
    void hold(Watcher watcher) {
        comingUp.add(watcher);
        dismiss(watcher);
    }

    /** From here on the watcher hears everything after the cursor. */
    void join(Watcher watcher) {
        comingUp.remove(watcher);
        var audience = watcher.audience();
        var operation = audience.filter().operation();
        var rows = operation != null
                ? ofOneOperation.computeIfAbsent(operation, id -> new HashMap<>())
                : others.computeIfAbsent(audience, same -> new HashMap<>());
        rows.computeIfAbsent(watcher.loop(), Row::new).join(watcher);
    }

    void leave(Watcher watcher) {
        comingUp.remove(watcher);
        dismiss(watcher);
    }

    private void dismiss(Watcher watcher) {
        var operation = watcher.audience().filter().operation();
        if (operation != null) {
            dismiss(ofOneOperation, operation, watcher);
        } else {
            dismiss(others, watcher.audience(), watcher);
        }
    }

    private static <K> void dismiss(Map<K, Map<Context, Row>> all, K key, Watcher watcher) {
        var rows = all.get(key);
        var row = rows == null ? null : rows.get(watcher.loop());
        if (rows != null && row != null && row.leave(watcher) && row.members().isEmpty()) {
            rows.remove(watcher.loop());
            if (rows.isEmpty()) {
                all.remove(key);
            }
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
        newest = event.stamp();
        return true;
    }

    /** Tells a change to those who want to hear it, and says how many; a filter is asked once for all who share it. */
    int tell(Change change) {
        var event = change.event();
        var told = tell(change, ofOneOperation.getOrDefault(event.operationId(), Map.of()));
        for (var same : others.entrySet()) {
            if (same.getKey().hears(event)) {
                told += tell(change, same.getValue());
            }
        }
        return told;
    }

    private static int tell(Change change, Map<Context, Row> rows) {
        var told = 0;
        for (var row : rows.values()) {
            row.tell(change);
            told += row.members().size();
        }
        return told;
    }

    /** All of them, whether they hear of changes already or not. */
    Stream<Watcher> watchers() {
        var rows = Stream.concat(ofOneOperation.values().stream(), others.values().stream());
        var joined = rows.flatMap(each -> each.values().stream()).flatMap(row -> row.members().stream());
        return Stream.concat(comingUp.stream(), joined);
    }
}
