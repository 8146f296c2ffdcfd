package dev.attachgateway.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All grants of one file: what none of them allows is denied. */
record GrantList(List<Grant> grants) implements Grants {
    @Override
    public boolean anyIn(Caller caller, String projectId) {
        return grants.stream().anyMatch(grant -> grant.isFor(caller, projectId));
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return grants.stream()
                .filter(grant -> grant.isFor(caller, projectId) && grant.allows(action, serverId, volumeId))
                .findFirst()
                .<Decision>map(grant -> new Decision.Allowed(grant.name()))
                .orElseGet(() -> new Decision.Denied("No grant lets the caller " + action.word() + " here."));
    }
}
