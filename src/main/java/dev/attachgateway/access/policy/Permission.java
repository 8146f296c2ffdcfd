package dev.attachgateway.access.policy;

import java.util.Set;

/**
 * A caller's permission: each of the actions with each of the disks on each of the servers.
 *
 * @param servers their ids, or {@code *}
 * @param disks their ids, or {@code *}
 */
public record Permission(Set<String> servers, Set<String> disks, Set<Action> actions) {
    public Permission {
        servers = Set.copyOf(servers);
        disks = Set.copyOf(disks);
        actions = Set.copyOf(actions);
    }
}
