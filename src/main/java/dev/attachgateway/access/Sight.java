package dev.attachgateway.access;

import java.util.Set;

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

    /** Whether nothing in the project is hidden. */
    public boolean isEverything() {
        return equals(EVERYTHING);
    }

    /** Whether a thing that concerns this server and this disk may be told; ids in lower case. */
    public boolean shows(String serverId, String volumeId) {
        return parts.stream().anyMatch(part -> part.shows(serverId, volumeId));
    }
}
