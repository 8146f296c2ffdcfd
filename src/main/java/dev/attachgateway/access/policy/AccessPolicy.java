package dev.attachgateway.access.policy;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which caller may do which action on which resource; all ids are in lower case. */
public interface AccessPolicy {
    /**
     * Whether the caller has any grant in the project, for any action, server or disk.
     *
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    boolean hasAnyGrant(Caller caller, String projectId);

    /**
     * Decides one action. A null id means "any": lists are then filtered row by row.
     *
     * @param serverId the server, or null for any server
     * @param volumeId the disk, or null for any disk
     */
    Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId);

    /**
     * The servers and disks that the caller may read in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    ReadScope readScope(Caller caller, String projectId);

    /**
     * All permissions of the caller in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    List<Permission> permissions(Caller caller, String projectId);

    /**
     * The caller's groups that have a grant in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot decide
     */
    Set<String> grantedGroups(Caller caller, String projectId);

    /**
     * The version of the policy: equal to an earlier one only when all decisions are the same. A policy without versions
     * returns a new object each time and is queried more often.
     */
    default Object version() {
        return new Object();
    }
}
