package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The caller as authenticated, and its permissions in one project. It discloses nothing of others: no name of a grant, which
 * is meant for operators, and no group or subject that is not the caller's.
 *
 * @param expiresAt when the caller's credential expires
 * @param grantedGroups the caller's groups that have a grant in the project
 * @param permissions each allows by itself
 */
public record CallerIdentity(
        Caller caller, Instant expiresAt, Set<String> grantedGroups, List<Permission> permissions) {
    public CallerIdentity {
        grantedGroups = Set.copyOf(grantedGroups);
        permissions = List.copyOf(permissions);
    }
}
