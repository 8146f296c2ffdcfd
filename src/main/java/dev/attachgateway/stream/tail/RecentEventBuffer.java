package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.sse.EncodedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes of the projects that are followed, so that whoever comes back soon needs no database. Bounded over
 * all projects together: what came first goes first. Belongs to one thread.
 */
final class RecentEventBuffer {
    /** What a change takes besides its text, roughly. */
    private static final int OVERHEAD_BYTES = 500;

    private final int mostEvents;
    private final long mostBytes;
    private final Map<String, TreeMap<Long, EncodedEvent>> projects = new HashMap<>();
    private final Queue<EncodedEvent> oldest = new ArrayDeque<>();
    private long bytes;

    RecentEventBuffer(int mostEvents, long mostBytes) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
    }

    /** A project is followed (again) from its head on; what is known of it is of use only if it reaches so far. */
    void follow(String projectId, long head, @Nullable EventFingerprint newest) {
        var known = projects.get(projectId);
        if (known != null) {
            var last = known.isEmpty() ? null : known.lastEntry().getValue().event();
            if (last == null || last.position() != head || !last.stamp().equals(newest)) {
                projects.remove(projectId);
            }
        }
    }

    void add(EncodedEvent encodedEvent) {
        var known = projects.computeIfAbsent(encodedEvent.event().projectId(), project -> new TreeMap<>());
        if (!known.isEmpty() && known.lastKey() != encodedEvent.position() - 1) {
            known.clear();
        }
        known.put(encodedEvent.position(), encodedEvent);
        oldest.add(encodedEvent);
        bytes += size(encodedEvent);
        while (oldest.size() > mostEvents || bytes > mostBytes) {
            forget(oldest.remove());
        }
    }

    /**
     * What followed a position, oldest first.
     *
     * @param most how many at once
     * @return null when what followed at first is not known any more
     */
    @Nullable
    List<EncodedEvent> after(String projectId, long position, int most) {
        var known = projects.get(projectId);
        if (known == null || known.isEmpty() || position < known.firstKey() - 1) {
            return null;
        }
        var found = new ArrayList<EncodedEvent>();
        for (var encodedEvent : known.tailMap(position, false).values()) {
            if (found.size() == most) {
                break;
            }
            found.add(encodedEvent);
        }
        return found;
    }

    /** The event at a position, if it is remembered. */
    @Nullable
    EventFingerprint at(String projectId, long position) {
        var known = projects.get(projectId);
        var encodedEvent = known == null ? null : known.get(position);
        return encodedEvent == null ? null : encodedEvent.event().stamp();
    }

    void clear() {
        projects.clear();
        oldest.clear();
        bytes = 0;
    }

    int events() {
        return oldest.size();
    }

    long bytes() {
        return bytes;
    }

    private void forget(EncodedEvent encodedEvent) {
        bytes -= size(encodedEvent);
        var known = projects.get(encodedEvent.event().projectId());
        if (known != null && known.remove(encodedEvent.position(), encodedEvent) && known.isEmpty()) {
            projects.remove(encodedEvent.event().projectId());
        }
    }

    private static long size(EncodedEvent encodedEvent) {
        return OVERHEAD_BYTES + 2L * encodedEvent.event().data().length();
    }
}
