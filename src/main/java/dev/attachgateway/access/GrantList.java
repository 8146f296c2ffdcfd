package dev.attachgateway.access;

import java.util.List;
import java.util.stream.Collectors;
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

    @Override
    public Sight sight(Caller caller, String projectId) {
        return new Sight(grants.stream()
                .filter(grant -> grant.isFor(caller, projectId) && grant.allows(Action.READ, null, null))
                .map(grant -> new Sight.Part(grant.servers(), grant.disks()))
                .collect(Collectors.toSet()));
    }
}
