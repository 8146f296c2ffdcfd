package dev.attachgateway.access.policy;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The servers and disks of a project that a caller may read, by which lists and streams are filtered. Callers with the same
 * entitlement have equal read scopes.
 *
 * @param resourceSets one for each grant; a resource is included when any of them includes it
 */
public record ReadScope(Set<ResourceSet> resourceSets) {
    /** The whole project. */
    public static final ReadScope UNRESTRICTED =
            new ReadScope(Set.of(new ResourceSet(Set.of(Grant.WILDCARD), Set.of(Grant.WILDCARD))));

    /**
     * The servers and disks that one grant allows to read.
     *
     * @param servers their ids, or {@code *}
     * @param disks their ids, or {@code *}
     */
    public record ResourceSet(Set<String> servers, Set<String> disks) {
        public ResourceSet {
            servers = servers.contains(Grant.WILDCARD) ? Set.of(Grant.WILDCARD) : Set.copyOf(servers);
            disks = disks.contains(Grant.WILDCARD) ? Set.of(Grant.WILDCARD) : Set.copyOf(disks);
        }

        boolean includes(String serverId, String volumeId) {
            return matches(servers, serverId) && matches(disks, volumeId);
        }

        /** Whether this set includes everything that another one includes. */
        private boolean covers(ResourceSet other) {
            return covers(servers, other.servers) && covers(disks, other.disks);
        }

        private static boolean covers(Set<String> ids, Set<String> others) {
            return ids.contains(Grant.WILDCARD) || ids.containsAll(others);
        }

        private static boolean matches(Set<String> ids, String id) {
            return ids.contains(Grant.WILDCARD) || ids.contains(id);
        }
    }

    public ReadScope {
        resourceSets = Set.copyOf(resourceSets);
        var all = new ResourceSet(Set.of(Grant.WILDCARD), Set.of(Grant.WILDCARD));
        if (resourceSets.contains(all)) {
            resourceSets = Set.of(all);
        }
    }

    /** One disk on one server; ids in lower case. */
    public static ReadScope of(String serverId, String volumeId) {
        return new ReadScope(Set.of(new ResourceSet(Set.of(serverId), Set.of(volumeId))));
    }

    /** Whether the scope is the whole project. */
    public boolean isUnrestricted() {
        return equals(UNRESTRICTED);
    }

    /** Whether the caller may read resources of this server and this disk; ids in lower case. */
    public boolean includes(String serverId, String volumeId) {
        return resourceSets.stream().anyMatch(resourceSet -> resourceSet.includes(serverId, volumeId));
    }

    /** Whether the caller may read the server, if only with some of its disks; its id in lower case. */
    public boolean includesServer(String serverId) {
        return resourceSets.stream().anyMatch(resourceSet -> ResourceSet.matches(resourceSet.servers, serverId));
    }

    /** Whether the caller may read the disk, if only without the servers that it is attached to; its id in lower case. */
    public boolean includesDisk(String volumeId) {
        return resourceSets.stream().anyMatch(resourceSet -> ResourceSet.matches(resourceSet.disks, volumeId));
    }

    /** Whether the caller may read the disk on every server; its id in lower case. */
    public boolean includesDiskOnEveryServer(String volumeId) {
        return resourceSets.stream()
                .anyMatch(resourceSet -> resourceSet.servers.contains(Grant.WILDCARD)
                        && ResourceSet.matches(resourceSet.disks, volumeId));
    }

    /** The servers that the caller may read; empty when it may read every server. */
    public Optional<Set<String>> serverFilter() {
        return idFilter(ResourceSet::servers);
    }

    /** The disks that the caller may read; empty when it may read every disk. */
    public Optional<Set<String>> diskFilter() {
        return idFilter(ResourceSet::disks);
    }

    private Optional<Set<String>> idFilter(Function<ResourceSet, Set<String>> ids) {
        var all = resourceSets.stream()
                .flatMap(resourceSet -> ids.apply(resourceSet).stream())
                .collect(Collectors.toUnmodifiableSet());
        return all.contains(Grant.WILDCARD) ? Optional.empty() : Optional.of(all);
    }

    /** Whether this scope includes everything that another one includes, even if its grants are split differently. */
    public boolean covers(ReadScope other) {
        return other.resourceSets.stream()
                .allMatch(resourceSet -> resourceSets.stream().anyMatch(own -> own.covers(resourceSet))
                        || includesEveryPair(resourceSet));
    }

    /** Several resource sets together may cover one. {@code *} is compared as an id that stands for all unnamed ones. */
    private boolean includesEveryPair(ResourceSet resourceSet) {
        return resourceSet.servers.stream()
                .allMatch(server -> resourceSet.disks.stream().allMatch(disk -> includes(server, disk)));
    }
}
