package dev.attachgateway.stream.eventlog;

import dev.attachgateway.access.policy.ReadScope;
import java.util.UUID;

/**
 * All who hear the same of a project.
 *
 * @param projectId in lower case
 * @param filter what they asked for
 * @param sight what they may see
 */
public record SubscriptionScope(String projectId, EventFilter filter, ReadScope sight) {

    /** Those who follow one operation, and were found to be allowed to. */
    public static SubscriptionScope of(String projectId, UUID operation) {
        return new SubscriptionScope(projectId, EventFilter.of(operation), ReadScope.UNRESTRICTED);
    }

    /** Whether they are told of an event of the project. */
    public boolean hears(Event event) {
        return filter.matches(event)
                && (sight.isUnrestricted()
                        || sight.includes(
                                event.serverId().toString(), event.volumeId().toString()));
    }

    /** Whether nothing follows for them after an event that they hear. */
    public boolean endsWith(Event event) {
        return filter.operation() != null && event.terminal();
    }
}
