package dev.attachgateway.access.policy;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.configfile.WatchedFile;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The policy of one grants file: an action that no grant allows is denied. */
record GrantPolicy(List<Grant> grants) implements AccessPolicy, WatchedFile.Content {
    @Override
    public int size() {
        return grants.size();
    }

    @Override
    public boolean hasAnyGrant(Caller caller, String projectId) {
        return grants.stream().anyMatch(grant -> grant.appliesTo(caller, projectId));
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return grants.stream()
                .filter(grant -> grant.appliesTo(caller, projectId) && grant.allows(action, serverId, volumeId))
                .findFirst()
                .<Decision>map(grant -> new Decision.Allowed(grant.name()))
                .orElseGet(() -> new Decision.Denied("No grant lets the caller " + action.wireName() + " here."));
    }

    @Override
    public ReadScope readScope(Caller caller, String projectId) {
        return new ReadScope(grants.stream()
                .filter(grant -> grant.appliesTo(caller, projectId) && grant.allows(Action.READ, null, null))
                .map(grant -> new ReadScope.ResourceSet(grant.servers(), grant.disks()))
                .collect(Collectors.toSet()));
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        var actions = new LinkedHashMap<ReadScope.ResourceSet, Set<Action>>();
        grants.stream()
                .filter(grant -> grant.appliesTo(caller, projectId))
                .forEach(grant -> actions.computeIfAbsent(
                                new ReadScope.ResourceSet(grant.servers(), grant.disks()),
                                _ -> EnumSet.noneOf(Action.class))
                        .addAll(grant.actions()));
        return actions.entrySet().stream()
                .map(entry ->
                        new Permission(entry.getKey().servers(), entry.getKey().disks(), entry.getValue()))
                .toList();
    }

    @Override
    public Set<String> grantedGroups(Caller caller, String projectId) {
        return grants.stream()
                .filter(grant -> grant.appliesTo(caller, projectId))
                .flatMap(grant -> grant.groups().stream())
                .filter(caller.groups()::contains)
                .collect(Collectors.toSet());
    }
}
