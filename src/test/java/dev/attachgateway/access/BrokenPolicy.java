package dev.attachgateway.access;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy out of order. */
final class BrokenPolicy implements Grants {
    @Override
    public boolean anyIn(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public Sight sight(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }

    @Override
    public Set<String> groups(Caller caller, String projectId) {
        throw new IllegalStateException("out of order");
    }
}
