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

/** A followed project: its cursor and its subscribers. Belongs to one thread. */
final class ProjectSubscribers {
    private final Set<Subscriber> replaying = new HashSet<>();
    private final Map<UUID, Map<Context, EventLoopSubscribers>> byOperation = new HashMap<>();
    private final Map<SubscriptionScope, Map<Context, EventLoopSubscribers>> byScope = new HashMap<>();
    private long cursor;
    private @Nullable EventFingerprint newest;

    /** Starts at a position and the event there. */
    ProjectSubscribers(long cursor, @Nullable EventFingerprint newest) {
        this.cursor = cursor;
        this.newest = newest;
    }

    long cursor() {
        return cursor;
    }

    /** The event at the cursor; null if there is none or it was removed. */
    @Nullable
    EventFingerprint newest() {
        return newest;
    }

    /** Keeps the project followed for a subscriber that replays; it receives no new events meanwhile. */
    void register(Subscriber subscriber) {
        replaying.add(subscriber);
        removeLive(subscriber);
    }

    /** Makes a subscriber live: it receives every event after the cursor. */
    void join(Subscriber subscriber) {
        replaying.remove(subscriber);
        var subscriptionScope = subscriber.scope();
        var operation = subscriptionScope.filter().operation();
        var byLoop = operation != null
                ? byOperation.computeIfAbsent(operation, _ -> new HashMap<>())
                : byScope.computeIfAbsent(subscriptionScope, _ -> new HashMap<>());
        byLoop.computeIfAbsent(subscriber.loop(), EventLoopSubscribers::new).join(subscriber);
    }

    void leave(Subscriber subscriber) {
        replaying.remove(subscriber);
        removeLive(subscriber);
    }

    private void removeLive(Subscriber subscriber) {
        var operation = subscriber.scope().filter().operation();
        if (operation != null) {
            removeLive(byOperation, operation, subscriber);
        } else {
            removeLive(byScope, subscriber.scope(), subscriber);
        }
    }

    private static <K> void removeLive(Map<K, Map<Context, EventLoopSubscribers>> all, K key, Subscriber subscriber) {
        var byLoop = all.get(key);
        var eventLoopSubscribers = byLoop == null ? null : byLoop.get(subscriber.loop());
        if (byLoop != null
                && eventLoopSubscribers != null
                && eventLoopSubscribers.leave(subscriber)
                && eventLoopSubscribers.members().isEmpty()) {
            byLoop.remove(subscriber.loop());
            if (byLoop.isEmpty()) {
                all.remove(key);
            }
        }
    }

    boolean isEmpty() {
        return replaying.isEmpty() && byOperation.isEmpty() && byScope.isEmpty();
    }

    /** Moves the cursor to an event; returns false if it is not after the cursor. */
    boolean advanceTo(Event event) {
        if (event.position() <= cursor) {
            return false;
        }
        cursor = event.position();
        newest = event.fingerprint();
        return true;
    }

    /**
     * Publishes an event to the subscribers whose scope includes it, and returns their number; a filter is evaluated
     * once for all who share it.
     */
    int publish(EncodedEvent encodedEvent) {
        var event = encodedEvent.event();
        var count = publish(encodedEvent, byOperation.getOrDefault(event.operationId(), Map.of()));
        for (var entry : byScope.entrySet()) {
            if (entry.getKey().includes(event)) {
                count += publish(encodedEvent, entry.getValue());
            }
        }
        return count;
    }

    private static int publish(EncodedEvent encodedEvent, Map<Context, EventLoopSubscribers> byLoop) {
        var count = 0;
        for (var eventLoopSubscribers : byLoop.values()) {
            eventLoopSubscribers.publish(encodedEvent);
            count += eventLoopSubscribers.members().size();
        }
        return count;
    }

    /** All subscribers, live or replaying. */
    Stream<Subscriber> subscribers() {
        var maps = Stream.concat(byOperation.values().stream(), byScope.values().stream());
        var joined = maps.flatMap(each -> each.values().stream())
                .flatMap(eventLoopSubscribers -> eventLoopSubscribers.members().stream());
        return Stream.concat(replaying.stream(), joined);
    }
}
