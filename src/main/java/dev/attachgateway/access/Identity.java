package dev.attachgateway.access;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the gateway holds its caller for, and what that lets it do in one project. It tells nothing of others: no name of a
 * grant, which its author chose for the operators, and no group or subject that the caller has not.
 *
 * @param until when the caller's credential stops counting
 * @param groups those of the caller's groups to which something is granted in the project
 * @param permissions each is enough
 */
public record Identity(Caller caller, Instant until, Set<String> groups, List<Permission> permissions) {
    public Identity {
        groups = Set.copyOf(groups);
        permissions = List.copyOf(permissions);
    }
}
