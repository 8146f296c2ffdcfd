package dev.attachgateway.access.policy;

import org.jspecify.annotations.Nullable;

/**
 * The object of an authorization: a project, or a server, a disk or a pair of them in it.
 *
 * @param projectId in lower case, as all ids
 * @param serverId the server, or null for any server
 * @param volumeId the disk, or null for any disk
 */
public record Resource(
        String projectId,
        @Nullable String serverId,
        @Nullable String volumeId) {
    /** A server with any disk. */
    public static Resource server(String projectId, String serverId) {
        return new Resource(projectId, serverId, null);
    }

    /** A disk on any server. */
    public static Resource disk(String projectId, String volumeId) {
        return new Resource(projectId, null, volumeId);
    }

    /** Any server and any disk of a project: a grant for a part of the project suffices. */
    public static Resource project(String projectId) {
        return new Resource(projectId, null, null);
    }

    /** Every server and every disk of a project: requires a grant for all of them. */
    public static Resource wholeProject(String projectId) {
        return new Resource(projectId, Grant.WILDCARD, Grant.WILDCARD);
    }
}
