package dev.attachgateway.access.policy;

import org.jspecify.annotations.Nullable;

/**
 * The subject of an authorization: a project, or a server or a disk or a pair of them in it.
 *
 * @param projectId in lower case, as all ids
 * @param serverId null when no server in particular is meant
 * @param volumeId null when no disk in particular is meant
 */
public record Resource(
        String projectId,
        @Nullable String serverId,
        @Nullable String volumeId) {
    public static Resource server(String projectId, String serverId) {
        return new Resource(projectId, serverId, null);
    }

    public static Resource disk(String projectId, String volumeId) {
        return new Resource(projectId, null, volumeId);
    }

    /** Any server and any disk of a project: takes a grant for a part of it at least. */
    public static Resource project(String projectId) {
        return new Resource(projectId, null, null);
    }

    /** Every server and disk of a project: takes a grant for all of them. */
    public static Resource wholeProject(String projectId) {
        return new Resource(projectId, Grant.WILDCARD, Grant.WILDCARD);
    }
}
