package dev.attachgateway.stream.eventlog;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which operations somebody wants to hear of. An empty set is every one.
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
    /** Every operation. */
    public static final EventFilter ALL = new EventFilter(null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    public EventFilter {
        servers = Set.copyOf(servers);
        volumes = Set.copyOf(volumes);
        statuses = Set.copyOf(statuses);
        types = Set.copyOf(types);
        callers = Set.copyOf(callers);
    }

    /** One operation. */
    public static EventFilter of(UUID operation) {
        return new EventFilter(operation, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }

    /**
     * Whether an event is to be told. A status matches before the change as well as after it: whoever follows what is
     * running has to hear that it runs no more.
     */
    public boolean matches(Event event) {
        return (operation == null || operation.equals(event.operationId()))
                && has(servers, event.serverId())
                && has(volumes, event.volumeId())
                && has(types, event.type())
                && has(callers, event.caller())
                && (has(statuses, event.status())
                        || (event.statusBefore() != null && statuses.contains(event.statusBefore())));
    }

    private static <T> boolean has(Set<T> wanted, T value) {
        return wanted.isEmpty() || wanted.contains(value);
    }
}
