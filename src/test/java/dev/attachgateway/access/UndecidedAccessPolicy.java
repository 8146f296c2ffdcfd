package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.access.policy.Permission;
import dev.attachgateway.access.policy.ReadScope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy that always fails. */
public final class UndecidedAccessPolicy implements AccessPolicy {
    @Override
    public boolean hasAnyGrant(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public ReadScope readScope(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public Set<String> grantedGroups(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }
}
