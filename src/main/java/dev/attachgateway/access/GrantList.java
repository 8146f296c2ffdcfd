package dev.attachgateway.access;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All grants of one file: what none of them allows is denied. */
record GrantList(List<Grant> grants) implements Grants, WatchedFile.Content {
    @Override
    public int size() {
        return grants.size();
    }

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

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        var actions = new LinkedHashMap<Sight.Part, Set<Action>>();
        grants.stream()
                .filter(grant -> grant.isFor(caller, projectId))
                .forEach(grant -> actions.computeIfAbsent(
                                new Sight.Part(grant.servers(), grant.disks()), part -> EnumSet.noneOf(Action.class))
                        .addAll(grant.actions()));
        return actions.entrySet().stream()
                .map(all -> new Permission(all.getKey().servers(), all.getKey().disks(), all.getValue()))
                .toList();
    }

    @Override
    public Set<String> groups(Caller caller, String projectId) {
        return grants.stream()
                .filter(grant -> grant.isFor(caller, projectId))
                .flatMap(grant -> grant.groups().stream())
                .filter(caller.groups()::contains)
                .collect(Collectors.toSet());
    }
}
