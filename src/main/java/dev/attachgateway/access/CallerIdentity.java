package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the gateway holds its caller for, and what that lets it do in one project. It tells nothing of others: no name of a
 * grant, which its author chose for the operators, and no group or subject that the caller has not.
 *
 * @param expiresAt when the caller's credential stops counting
 * @param grantedGroups those of the caller's groups to which something is granted in the project
 * @param permissions each is enough
 */
public record CallerIdentity(
        Caller caller, Instant expiresAt, Set<String> grantedGroups, List<Permission> permissions) {
    public CallerIdentity {
        grantedGroups = Set.copyOf(grantedGroups);
        permissions = List.copyOf(permissions);
    }
}
