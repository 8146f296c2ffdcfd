package dev.attachgateway.access;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a caller may see of a project, for whoever tells it of many things: what a grant to read covers. Those who may see
 * the same have equal sights.
 *
 * @param parts each is enough
 */
public record Sight(Set<Part> parts) {
    private static final String EVERY = "*";

    /** No limits within the project. */
    public static final Sight EVERYTHING = new Sight(Set.of(new Part(Set.of(EVERY), Set.of(EVERY))));

    /**
     * What one grant shows.
     *
     * @param servers their ids, or {@code *}
     * @param disks their ids, or {@code *}
     */
    public record Part(Set<String> servers, Set<String> disks) {
        public Part {
            servers = servers.contains(EVERY) ? Set.of(EVERY) : Set.copyOf(servers);
            disks = disks.contains(EVERY) ? Set.of(EVERY) : Set.copyOf(disks);
        }

        boolean shows(String serverId, String volumeId) {
            return has(servers, serverId) && has(disks, volumeId);
        }

        /** Whether all that another one shows is shown. */
        private boolean holds(Part other) {
            return holds(servers, other.servers) && holds(disks, other.disks);
        }

        private static boolean holds(Set<String> ids, Set<String> others) {
            return ids.contains(EVERY) || ids.containsAll(others);
        }

        private static boolean has(Set<String> ids, String id) {
            return ids.contains(EVERY) || ids.contains(id);
        }
    }

    public Sight {
        parts = Set.copyOf(parts);
        var everything = new Part(Set.of(EVERY), Set.of(EVERY));
        if (parts.contains(everything)) {
            parts = Set.of(everything);
        }
    }

    /** One disk on one server; ids in lower case. */
    public static Sight of(String serverId, String volumeId) {
        return new Sight(Set.of(new Part(Set.of(serverId), Set.of(volumeId))));
    }

    /** Whether nothing in the project is hidden. */
    public boolean isEverything() {
        return equals(EVERYTHING);
    }

    /** Whether a thing that concerns this server and this disk may be told; ids in lower case. */
    public boolean shows(String serverId, String volumeId) {
        return parts.stream().anyMatch(part -> part.shows(serverId, volumeId));
    }

    /** Whether a server may be told of, be it without most of its disks; its id in lower case. */
    public boolean showsServer(String serverId) {
        return parts.stream().anyMatch(part -> Part.has(part.servers, serverId));
    }

    /** Whether a disk may be told of, be it without the servers that have it; its id in lower case. */
    public boolean showsDisk(String volumeId) {
        return parts.stream().anyMatch(part -> Part.has(part.disks, volumeId));
    }

    /** Whether a disk may be told of on whichever server it is; its id in lower case. */
    public boolean showsEverywhere(String volumeId) {
        return parts.stream().anyMatch(part -> part.servers.contains(EVERY) && Part.has(part.disks, volumeId));
    }

    /** The only servers that may be told of; empty when every one may. */
    public Optional<Set<String>> onlyServers() {
        return only(Part::servers);
    }

    /** The only disks that may be told of; empty when every one may. */
    public Optional<Set<String>> onlyDisks() {
        return only(Part::disks);
    }

    private Optional<Set<String>> only(Function<Part, Set<String>> ids) {
        var all = parts.stream().flatMap(part -> ids.apply(part).stream()).collect(Collectors.toUnmodifiableSet());
        return all.contains(EVERY) ? Optional.empty() : Optional.of(all);
    }

    /** Whether all that another sight shows is shown, however the grants are cut. */
    public boolean covers(Sight other) {
        return other.parts.stream().allMatch(part -> parts.stream().anyMatch(own -> own.holds(part)) || shows(part));
    }

    /** Several parts together may cover one. Every id stands for itself, and {@code *} for those that nobody names. */
    private boolean shows(Part part) {
        return part.servers.stream().allMatch(server -> part.disks.stream().allMatch(disk -> shows(server, disk)));
    }
}
