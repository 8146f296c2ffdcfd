package dev.attachgateway.access.policy;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what where; all ids come in lower case. */
public interface AccessPolicy {
    /**
     * Whether the caller has any grant at all in the project, whatever its actions, servers and disks.
     *
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    boolean hasAnyGrant(Caller caller, String projectId);

    /**
     * Decides one action. A missing id asks "on any at all?": whoever lists things asks again for each row.
     *
     * @param serverId the server, or null when none in particular is meant
     * @param volumeId the disk, or null when none in particular is meant
     */
    Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId);

    /**
     * All that the caller may read in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    ReadScope readScope(Caller caller, String projectId);

    /**
     * All that the caller may do in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    List<Permission> permissions(Caller caller, String projectId);

    /**
     * Those of the caller's groups to which something is granted in the project.
     *
     * @throws AuthorizationUnavailableException when the policy cannot find out
     */
    Set<String> grantedGroups(Caller caller, String projectId);

    /**
     * What the answers are given from: equal to an earlier one only when every answer is the same. A policy that cannot
     * tell is asked more often.
     */
    default Object version() {
        return new Object();
    }
}
