package dev.attachgateway.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The projects that somebody follows, and what is remembered of them. Belongs to one thread. */
final class Projects {
    private final Map<String, Followed> followed = new HashMap<>();
    private final Memory memory;
    private final int page;

    /** At most so many changes are taken from memory at once. */
    Projects(Memory memory, int page) {
        this.memory = memory;
        this.page = page;
    }

    /** Follows a project from its head on, unless it is followed already. */
    void follow(String projectId, long head, @Nullable Stamp newest) {
        if (!followed.containsKey(projectId)) {
            memory.follow(projectId, head, newest);
            followed.put(projectId, new Followed(head, newest));
        }
    }

    /** Whether the watcher's project is followed; if so, it is until the watcher leaves. */
    boolean hold(Watcher watcher) {
        var project = followed.get(watcher.audience().projectId());
        if (project != null) {
            project.hold(watcher);
        }
        return project != null;
    }

    /** From here on a watcher that is held hears every change that is read. */
    void join(Watcher watcher) {
        var project = followed.get(watcher.audience().projectId());
        if (project != null) {
            project.join(watcher);
        }
    }

    /** What follows a position for a watcher that is held; see {@link Tail#after}. */
    Optional<Step> after(Watcher watcher, Place place) {
        var audience = watcher.audience();
        var project = followed.get(audience.projectId());
        if (project == null) {
            return Optional.empty();
        }
        // Whoever falls behind and asks again hears nothing until it is let in again.
        project.hold(watcher);
        var position = place.position();
        if ((position == project.cursor() && place.surelyFits(project.newest()))
                || (place.surely() && position > project.cursor())) {
            project.join(watcher);
            return Optional.of(new Step.Live());
        }
        var known = memory.after(audience.projectId(), position, page);
        if (known == null || known.isEmpty() || !place.surelyFits(memory.at(audience.projectId(), position))) {
            return Optional.empty();
        }
        var heard = known.stream().filter(it -> audience.hears(it.event())).toList();
        return Optional.of(new Step.Page(heard, known.getLast().position()));
    }

    void leave(Watcher watcher) {
        var projectId = watcher.audience().projectId();
        var project = followed.get(projectId);
        if (project != null) {
            project.leave(watcher);
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
    Told take(Epoch epoch, List<Event> events) {
        var heard = new ArrayList<Event>();
        var times = 0L;
        for (var event : events) {
            var project = followed.get(event.projectId());
            if (project != null && project.isNews(event)) {
                var change = new Change(epoch, event);
                memory.add(change);
                var watchers = project.tell(change);
                if (watchers > 0) {
                    heard.add(event);
                    times += watchers;
                }
            }
        }
        return new Told(heard, times);
    }

    /** Forgets everything; gives back those who have to be told. */
    List<Watcher> clear() {
        var lost = followed.values().stream().flatMap(Followed::watchers).toList();
        followed.clear();
        memory.clear();
        return lost;
    }
}
