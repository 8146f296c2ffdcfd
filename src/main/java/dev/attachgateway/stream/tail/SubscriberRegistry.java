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

/** The projects that somebody follows, and what is remembered of them. Belongs to one thread. */
final class SubscriberRegistry {
    private final Map<String, ProjectSubscribers> followed = new HashMap<>();
    private final RecentEventBuffer recentEventBuffer;
    private final int page;

    /** At most so many changes are taken from memory at once. */
    SubscriberRegistry(RecentEventBuffer recentEventBuffer, int page) {
        this.recentEventBuffer = recentEventBuffer;
        this.page = page;
    }

    /** Follows a project from its head on, unless it is followed already. */
    void follow(String projectId, long head, @Nullable EventFingerprint newest) {
        if (!followed.containsKey(projectId)) {
            recentEventBuffer.follow(projectId, head, newest);
            followed.put(projectId, new ProjectSubscribers(head, newest));
        }
    }

    /** Whether the watcher's project is followed; if so, it is until the watcher leaves. */
    boolean hold(Subscriber subscriber) {
        var project = followed.get(subscriber.audience().projectId());
        if (project != null) {
            project.hold(subscriber);
        }
        return project != null;
    }

    /** From here on a watcher that is held hears every change that is read. */
    void join(Subscriber subscriber) {
        var project = followed.get(subscriber.audience().projectId());
        if (project != null) {
            project.join(subscriber);
        }
    }

    /** What follows a position for a watcher that is held; see {@link EventLogTail#after}. */
    Optional<ReplayStep> after(Subscriber subscriber, StreamPosition streamPosition) {
        var subscriptionScope = subscriber.audience();
        var project = followed.get(subscriptionScope.projectId());
        if (project == null) {
            return Optional.empty();
        }
        // Whoever falls behind and asks again hears nothing until it is let in again.
        project.hold(subscriber);
        var position = streamPosition.position();
        if ((position == project.cursor() && streamPosition.surelyFits(project.newest()))
                || (streamPosition.surely() && position > project.cursor())) {
            project.join(subscriber);
            return Optional.of(new ReplayStep.Live());
        }
        var known = recentEventBuffer.after(subscriptionScope.projectId(), position, page);
        if (known == null
                || known.isEmpty()
                || !streamPosition.surelyFits(recentEventBuffer.at(subscriptionScope.projectId(), position))) {
            return Optional.empty();
        }
        var heard =
                known.stream().filter(it -> subscriptionScope.hears(it.event())).toList();
        return Optional.of(new ReplayStep.Page(heard, known.getLast().position()));
    }

    void leave(Subscriber subscriber) {
        var projectId = subscriber.audience().projectId();
        var project = followed.get(projectId);
        if (project != null) {
            project.leave(subscriber);
            if (project.isEmpty()) {
                followed.remove(projectId);
            }
        }
    }

    /** How far each of them was read. */
    List<EventLog.Cursor> cursors() {
        return followed.entrySet().stream()
                .map(each -> new EventLog.Cursor(
                        each.getKey(), each.getValue().cursor(), each.getValue().newest()))
                .toList();
    }

    /**
     * What was told.
     *
     * @param events those that anybody heard
     * @param times how often, to one watcher each
     */
    record Told(List<Event> events, long times) {}

    /** Takes events that were read and tells those that are news: a project that was left may have been joined again. */
    Told take(HistoryEpoch epoch, List<Event> events) {
        var heard = new ArrayList<Event>();
        var times = 0L;
        for (var event : events) {
            var project = followed.get(event.projectId());
            if (project != null && project.isNews(event)) {
                var encodedEvent = new EncodedEvent(epoch, event);
                recentEventBuffer.add(encodedEvent);
                var watchers = project.tell(encodedEvent);
                if (watchers > 0) {
                    heard.add(event);
                    times += watchers;
                }
            }
        }
        return new Told(heard, times);
    }

    /** Forgets everything; gives back those who have to be told. */
    List<Subscriber> clear() {
        var lost =
                followed.values().stream().flatMap(ProjectSubscribers::watchers).toList();
        followed.clear();
        recentEventBuffer.clear();
        return lost;
    }
}
