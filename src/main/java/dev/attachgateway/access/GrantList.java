package dev.attachgateway.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All grants of one file: what none of them allows is denied. */
record GrantList(List<Grant> grants) implements Grants {
    @JsonCreator
    static GrantList read(@JsonProperty("grants") @Nullable List<Grant> grants) {
        if (grants == null || grants.contains(null)) {
            throw new IllegalArgumentException("the file needs a list named grants");
        }
        Set<String> names = new HashSet<>();
        for (Grant grant : grants) {
            if (!names.add(grant.name())) {
                throw new IllegalArgumentException("two grants are named '" + grant.name() + "'");
            }
        }
        return new GrantList(List.copyOf(grants));
    }

    @Override
    public boolean anyIn(Caller caller, String projectId) {
        return grants.stream().anyMatch(grant -> grant.isFor(caller, projectId));
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return grants.stream()
                .filter(grant -> grant.isFor(caller, projectId) && grant.allows(action, serverId, volumeId))
                .findFirst()
                .<Decision>map(grant -> new Decision.Allowed(grant.name()))
                .orElseGet(() -> new Decision.Denied("No grant lets the caller " + action.word() + " here."));
    }
}
