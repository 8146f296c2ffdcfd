package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A project that somebody follows: how far it was read, and who is told. Belongs to one thread. */
final class ProjectSubscribers {
    private final Set<Subscriber> comingUp = new HashSet<>();
    private final Map<UUID, Map<Context, EventLoopSubscribers>> ofOneOperation = new HashMap<>();
    private final Map<SubscriptionScope, Map<Context, EventLoopSubscribers>> others = new HashMap<>();
    private long cursor;
    private @Nullable EventFingerprint newest;

    /** Read up to this position, at which this event is. */
    ProjectSubscribers(long cursor, @Nullable EventFingerprint newest) {
        this.cursor = cursor;
        this.newest = newest;
    }

    long cursor() {
        return cursor;
    }

    /** The event at the cursor; null when there is none (any more). */
    @Nullable
    EventFingerprint newest() {
        return newest;
    }

    /** Keeps the project followed for someone who reads what was before; it hears nothing new meanwhile. */
    void hold(Subscriber subscriber) {
        comingUp.add(subscriber);
        dismiss(subscriber);
    }

    /** From here on the watcher hears everything after the cursor. */
    void join(Subscriber subscriber) {
        comingUp.remove(subscriber);
        var subscriptionScope = subscriber.audience();
        var operation = subscriptionScope.filter().operation();
        var rows = operation != null
                ? ofOneOperation.computeIfAbsent(operation, id -> new HashMap<>())
                : others.computeIfAbsent(subscriptionScope, same -> new HashMap<>());
        rows.computeIfAbsent(subscriber.loop(), EventLoopSubscribers::new).join(subscriber);
    }

    void leave(Subscriber subscriber) {
        comingUp.remove(subscriber);
        dismiss(subscriber);
    }

    private void dismiss(Subscriber subscriber) {
        var operation = subscriber.audience().filter().operation();
        if (operation != null) {
            dismiss(ofOneOperation, operation, subscriber);
        } else {
            dismiss(others, subscriber.audience(), subscriber);
        }
    }

    private static <K> void dismiss(Map<K, Map<Context, EventLoopSubscribers>> all, K key, Subscriber subscriber) {
        var rows = all.get(key);
        var eventLoopSubscribers = rows == null ? null : rows.get(subscriber.loop());
        if (rows != null
                && eventLoopSubscribers != null
                && eventLoopSubscribers.leave(subscriber)
                && eventLoopSubscribers.members().isEmpty()) {
            rows.remove(subscriber.loop());
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
    int tell(EncodedEvent encodedEvent) {
        var event = encodedEvent.event();
        var told = tell(encodedEvent, ofOneOperation.getOrDefault(event.operationId(), Map.of()));
        for (var same : others.entrySet()) {
            if (same.getKey().hears(event)) {
                told += tell(encodedEvent, same.getValue());
            }
        }
        return told;
    }

    private static int tell(EncodedEvent encodedEvent, Map<Context, EventLoopSubscribers> rows) {
        var told = 0;
        for (var eventLoopSubscribers : rows.values()) {
            eventLoopSubscribers.tell(encodedEvent);
            told += eventLoopSubscribers.members().size();
        }
        return told;
    }

    /** All of them, whether they hear of changes already or not. */
    Stream<Subscriber> watchers() {
        var rows = Stream.concat(ofOneOperation.values().stream(), others.values().stream());
        var joined = rows.flatMap(each -> each.values().stream())
                .flatMap(eventLoopSubscribers -> eventLoopSubscribers.members().stream());
        return Stream.concat(comingUp.stream(), joined);
    }
}
