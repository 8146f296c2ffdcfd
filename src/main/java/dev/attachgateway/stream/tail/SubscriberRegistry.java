package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.sse.EncodedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The followed projects, their subscribers and their recent events. Belongs to one thread. */
final class SubscriberRegistry {
    private final Map<String, ProjectSubscribers> followed = new HashMap<>();
    private final RecentEventBuffer recentEventBuffer;
    private final int pageSize;

    /** The page size limits the events taken from memory at once. */
    SubscriberRegistry(RecentEventBuffer recentEventBuffer, int pageSize) {
        this.recentEventBuffer = recentEventBuffer;
        this.pageSize = pageSize;
    }

    /** Follows a project from its head, unless it is followed already. */
    void follow(String projectId, long head, @Nullable EventFingerprint newest) {
        if (!followed.containsKey(projectId)) {
            recentEventBuffer.follow(projectId, head, newest);
            followed.put(projectId, new ProjectSubscribers(head, newest));
        }
    }

    /**
     * Registers a subscriber if its project is followed, and keeps the project followed until it leaves; returns
     * whether it is.
     */
    boolean register(Subscriber subscriber) {
        var project = followed.get(subscriber.scope().projectId());
        if (project != null) {
            project.register(subscriber);
        }
        return project != null;
    }

    /** Makes a registered subscriber live: it receives every event that is read from now on. */
    void join(Subscriber subscriber) {
        var project = followed.get(subscriber.scope().projectId());
        if (project != null) {
            project.join(subscriber);
        }
    }

    /** The events after a position for a registered subscriber; see {@link EventLogTail#after}. */
    Optional<ReplayStep> after(Subscriber subscriber, StreamPosition streamPosition) {
        var subscriptionScope = subscriber.scope();
        var project = followed.get(subscriptionScope.projectId());
        if (project == null) {
            return Optional.empty();
        }
        // A live subscriber that falls behind receives no events until it is live again.
        project.register(subscriber);
        var position = streamPosition.position();
        if ((position == project.cursor() && streamPosition.isConfirmedBy(project.newest()))
                || (streamPosition.verified() && position > project.cursor())) {
            project.join(subscriber);
            return Optional.of(new ReplayStep.Live());
        }
        var buffered = recentEventBuffer.after(subscriptionScope.projectId(), position, pageSize);
        if (buffered == null
                || buffered.isEmpty()
                || !streamPosition.isConfirmedBy(
                        recentEventBuffer.fingerprintAt(subscriptionScope.projectId(), position))) {
            return Optional.empty();
        }
        var events = buffered.stream()
                .filter(each -> subscriptionScope.includes(each.event()))
                .toList();
        return Optional.of(new ReplayStep.Page(events, buffered.getLast().position()));
    }

    void leave(Subscriber subscriber) {
        var projectId = subscriber.scope().projectId();
        var project = followed.get(projectId);
        if (project != null) {
            project.leave(subscriber);
            if (project.isEmpty()) {
                followed.remove(projectId);
            }
        }
    }

    /** The cursor of each followed project. */
    List<EventLog.Cursor> cursors() {
        return followed.entrySet().stream()
                .map(each -> new EventLog.Cursor(
                        each.getKey(), each.getValue().cursor(), each.getValue().newest()))
                .toList();
    }

    /**
     * The result of a delivery.
     *
     *
     * @param events the events that at least one subscriber received
     * @param deliveries the number of deliveries, each of one event to one subscriber
     */
    record Delivery(List<Event> events, long deliveries) {}

    /**
     * Delivers events that were read. Events before the cursor are skipped: a project may have been left and followed
     * again.
     */
    Delivery deliver(HistoryEpoch epoch, List<Event> events) {
        var delivered = new ArrayList<Event>();
        var deliveries = 0L;
        for (var event : events) {
            var project = followed.get(event.projectId());
            if (project != null && project.advanceTo(event)) {
                var encodedEvent = new EncodedEvent(epoch, event);
                recentEventBuffer.add(encodedEvent);
                var receivers = project.publish(encodedEvent);
                if (receivers > 0) {
                    delivered.add(event);
                    deliveries += receivers;
                }
            }
        }
        return new Delivery(delivered, deliveries);
    }

    /** Removes everything and returns the subscribers to notify. */
    List<Subscriber> clear() {
        var subscribers = followed.values().stream()
                .flatMap(ProjectSubscribers::subscribers)
                .toList();
        followed.clear();
        recentEventBuffer.clear();
        return subscribers;
    }
}
