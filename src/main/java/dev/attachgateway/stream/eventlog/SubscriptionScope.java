package dev.attachgateway.stream.eventlog;

import dev.attachgateway.access.policy.ReadScope;
import java.util.UUID;

/**
 * The events of a project that a subscriber receives; subscribers with equal scopes receive the same events.
 *
 *
 * @param projectId in lower case
 * @param filter the events that were asked for
 * @param readScope the events that the caller may read
 */
public record SubscriptionScope(String projectId, EventFilter filter, ReadScope readScope) {

    /** The scope of one operation, which the caller was authorized to read. */
    public static SubscriptionScope of(String projectId, UUID operation) {
        return new SubscriptionScope(projectId, EventFilter.of(operation), ReadScope.UNRESTRICTED);
    }

    /** Whether an event of the project is in this scope. */
    public boolean includes(Event event) {
        return filter.matches(event)
                && (readScope.isUnrestricted()
                        || readScope.includes(
                                event.serverId().toString(), event.volumeId().toString()));
    }

    /** Whether no event of this scope can follow an event in it. */
    public boolean isFinal(Event event) {
        return filter.operation() != null && event.isTerminal();
    }
}
