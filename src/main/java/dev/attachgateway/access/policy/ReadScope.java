package dev.attachgateway.access.policy;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a caller may see of a project, for whoever tells it of many things: what a grant to read covers. Those who may see
 * the same have equal sights.
 *
 * @param resourceSets each is enough
 */
public record ReadScope(Set<ResourceSet> resourceSets) {
    private static final String WILDCARD = "*";

    /** No limits within the project. */
    public static final ReadScope UNRESTRICTED =
            new ReadScope(Set.of(new ResourceSet(Set.of(WILDCARD), Set.of(WILDCARD))));

    /**
     * What one grant shows.
     *
     * @param servers their ids, or {@code *}
     * @param disks their ids, or {@code *}
     */
    public record ResourceSet(Set<String> servers, Set<String> disks) {
        public ResourceSet {
            servers = servers.contains(WILDCARD) ? Set.of(WILDCARD) : Set.copyOf(servers);
            disks = disks.contains(WILDCARD) ? Set.of(WILDCARD) : Set.copyOf(disks);
        }

        boolean includes(String serverId, String volumeId) {
            return matches(servers, serverId) && matches(disks, volumeId);
        }

        /** Whether all that another one shows is shown. */
        private boolean covers(ResourceSet other) {
            return covers(servers, other.servers) && covers(disks, other.disks);
        }

        private static boolean covers(Set<String> ids, Set<String> others) {
            return ids.contains(WILDCARD) || ids.containsAll(others);
        }

        private static boolean matches(Set<String> ids, String id) {
            return ids.contains(WILDCARD) || ids.contains(id);
        }
    }

    public ReadScope {
        resourceSets = Set.copyOf(resourceSets);
        var everything = new ResourceSet(Set.of(WILDCARD), Set.of(WILDCARD));
        if (resourceSets.contains(everything)) {
            resourceSets = Set.of(everything);
        }
    }

    /** One disk on one server; ids in lower case. */
    public static ReadScope of(String serverId, String volumeId) {
        return new ReadScope(Set.of(new ResourceSet(Set.of(serverId), Set.of(volumeId))));
    }

    /** Whether nothing in the project is hidden. */
    public boolean isUnrestricted() {
        return equals(UNRESTRICTED);
    }

    /** Whether a thing that concerns this server and this disk may be told; ids in lower case. */
    public boolean includes(String serverId, String volumeId) {
        return resourceSets.stream().anyMatch(resourceSet -> resourceSet.includes(serverId, volumeId));
    }

    /** Whether a server may be told of, be it without most of its disks; its id in lower case. */
    public boolean includesServer(String serverId) {
        return resourceSets.stream().anyMatch(resourceSet -> ResourceSet.matches(resourceSet.servers, serverId));
    }

    /** Whether a disk may be told of, be it without the servers that have it; its id in lower case. */
    public boolean includesDisk(String volumeId) {
        return resourceSets.stream().anyMatch(resourceSet -> ResourceSet.matches(resourceSet.disks, volumeId));
    }

    /** Whether a disk may be told of on whichever server it is; its id in lower case. */
    public boolean includesDiskOnEveryServer(String volumeId) {
        return resourceSets.stream()
                .anyMatch(resourceSet ->
                        resourceSet.servers.contains(WILDCARD) && ResourceSet.matches(resourceSet.disks, volumeId));
    }

    /** The only servers that may be told of; empty when every one may. */
    public Optional<Set<String>> serverFilter() {
        return idFilter(ResourceSet::servers);
    }

    /** The only disks that may be told of; empty when every one may. */
    public Optional<Set<String>> diskFilter() {
        return idFilter(ResourceSet::disks);
    }

    private Optional<Set<String>> idFilter(Function<ResourceSet, Set<String>> ids) {
        var all = resourceSets.stream()
                .flatMap(resourceSet -> ids.apply(resourceSet).stream())
                .collect(Collectors.toUnmodifiableSet());
        return all.contains(WILDCARD) ? Optional.empty() : Optional.of(all);
    }

    /** Whether all that another sight shows is shown, however the grants are cut. */
    public boolean covers(ReadScope other) {
        return other.resourceSets.stream()
                .allMatch(resourceSet -> resourceSets.stream().anyMatch(own -> own.covers(resourceSet))
                        || includesEveryPair(resourceSet));
    }

    /** Several parts together may cover one. Every id stands for itself, and {@code *} for those that nobody names. */
    private boolean includesEveryPair(ResourceSet resourceSet) {
        return resourceSet.servers.stream()
                .allMatch(server -> resourceSet.disks.stream().allMatch(disk -> includes(server, disk)));
    }
}
