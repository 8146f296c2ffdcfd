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
 * The newest events of the followed projects, from which reconnecting clients resume without the database. Bounded over
 * all projects together: the oldest event is evicted first. Belongs to one thread.
 */
final class RecentEventBuffer {
    /** The approximate memory of an event besides its text. */
    private static final int OVERHEAD_BYTES = 500;

    private final int maxEvents;
    private final long maxBytes;
    private final Map<String, TreeMap<Long, EncodedEvent>> projects = new HashMap<>();
    private final Queue<EncodedEvent> oldest = new ArrayDeque<>();
    private long bytes;

    RecentEventBuffer(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Starts to follow a project (again) at its head; its buffered events are kept only if they reach the head. */
    void follow(String projectId, long head, @Nullable EventFingerprint newest) {
        var buffered = projects.get(projectId);
        if (buffered != null) {
            var last =
                    buffered.isEmpty() ? null : buffered.lastEntry().getValue().event();
            if (last == null || last.position() != head || !last.fingerprint().equals(newest)) {
                projects.remove(projectId);
            }
        }
    }

    void add(EncodedEvent encodedEvent) {
        var buffered = projects.computeIfAbsent(encodedEvent.event().projectId(), _ -> new TreeMap<>());
        if (!buffered.isEmpty() && buffered.lastKey() != encodedEvent.position() - 1) {
            buffered.clear();
        }
        buffered.put(encodedEvent.position(), encodedEvent);
        oldest.add(encodedEvent);
        bytes += size(encodedEvent);
        while (oldest.size() > maxEvents || bytes > maxBytes) {
            evict(oldest.remove());
        }
    }

    /**
     * The events after a position, oldest first.
     *
     *
     * @param limit the maximum number of events
     * @return null if the first event after the position is not buffered
     */
    @Nullable
    List<EncodedEvent> after(String projectId, long position, int limit) {
        var buffered = projects.get(projectId);
        if (buffered == null || buffered.isEmpty() || position < buffered.firstKey() - 1) {
            return null;
        }
        var found = new ArrayList<EncodedEvent>();
        for (var encodedEvent : buffered.tailMap(position, false).values()) {
            if (found.size() == limit) {
                break;
            }
            found.add(encodedEvent);
        }
        return found;
    }

    /** The event at a position; null if it is not buffered. */
    @Nullable
    EventFingerprint fingerprintAt(String projectId, long position) {
        var buffered = projects.get(projectId);
        var encodedEvent = buffered == null ? null : buffered.get(position);
        return encodedEvent == null ? null : encodedEvent.event().fingerprint();
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

    private void evict(EncodedEvent encodedEvent) {
        bytes -= size(encodedEvent);
        var buffered = projects.get(encodedEvent.event().projectId());
        if (buffered != null && buffered.remove(encodedEvent.position(), encodedEvent) && buffered.isEmpty()) {
            projects.remove(encodedEvent.event().projectId());
        }
    }

    private static long size(EncodedEvent encodedEvent) {
        return OVERHEAD_BYTES + 2L * encodedEvent.event().data().length();
    }
}
