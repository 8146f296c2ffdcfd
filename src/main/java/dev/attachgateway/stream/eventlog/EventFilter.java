package dev.attachgateway.stream.eventlog;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The operations that a client asked for. An empty set matches every value.
 *
 *
 * @param operation the only operation, or null
 * @param statuses {@code operation_status}
 * @param types {@code operation_type}
 * @param callers such as {@code sandbox:attacher}
 */
public record EventFilter(
        @Nullable UUID operation,
        Set<UUID> servers,
        Set<UUID> volumes,
        Set<String> statuses,
        Set<String> types,
        Set<String> callers) {
    /** Matches every operation. */
    public static final EventFilter ALL = new EventFilter(null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    public EventFilter {
        servers = Set.copyOf(servers);
        volumes = Set.copyOf(volumes);
        statuses = Set.copyOf(statuses);
        types = Set.copyOf(types);
        callers = Set.copyOf(callers);
    }

    /** Matches one operation. */
    public static EventFilter of(UUID operation) {
        return new EventFilter(operation, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }

    /**
     * Whether an event matches. A status matches before the change as well as after it: a client that follows running
     * operations needs the event that ends them.
     */
    public boolean matches(Event event) {
        return (operation == null || operation.equals(event.operationId()))
                && matches(servers, event.serverId())
                && matches(volumes, event.volumeId())
                && matches(types, event.type())
                && matches(callers, event.caller())
                && (matches(statuses, event.status())
                        || (event.statusBefore() != null && statuses.contains(event.statusBefore())));
    }

    private static <T> boolean matches(Set<T> wanted, T value) {
        return wanted.isEmpty() || wanted.contains(value);
    }
}
