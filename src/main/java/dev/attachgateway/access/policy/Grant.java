package dev.attachgateway.access.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.attachgateway.access.authentication.Caller;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One rule of the grants file; a rule allows and never denies. Ids are in lower case, {@code *} matches every id. */
record Grant(
        String name,
        String issuer,
        Set<String> groups,
        Set<String> subjects,
        Set<String> projects,
        Set<String> servers,
        Set<String> disks,
        Set<Action> actions) {
    static final String WILDCARD = "*";
    private static final Pattern ID_FORMAT = Pattern.compile("\\*|[0-9a-z-]{1,64}");
    private static final Map<String, Action> ACTIONS_BY_NAME =
            Arrays.stream(Action.values()).collect(Collectors.toUnmodifiableMap(Action::wireName, Function.identity()));

    @JsonCreator
    static Grant read(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("issuer") @Nullable String issuer,
            @JsonProperty("groups") @Nullable List<String> groups,
            @JsonProperty("subjects") @Nullable List<String> subjects,
            @JsonProperty("projects") @Nullable List<String> projects,
            @JsonProperty("servers") @Nullable List<String> servers,
            @JsonProperty("disks") @Nullable List<String> disks,
            @JsonProperty("actions") @Nullable List<String> actions) {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("a grant needs a name");
        }
        if (issuer == null || issuer.isBlank()) {
            throw new IllegalArgumentException("grant '" + name + "' needs an issuer");
        }
        if (groups == null && subjects == null) {
            throw new IllegalArgumentException("grant '" + name + "' needs groups or subjects");
        }
        return new Grant(
                name,
                issuer,
                groups == null ? Set.of() : parseNames(name, "groups", groups),
                subjects == null ? Set.of() : parseNames(name, "subjects", subjects),
                parseIds(name, "projects", projects),
                servers == null ? Set.of(WILDCARD) : parseIds(name, "servers", servers),
                disks == null ? Set.of(WILDCARD) : parseIds(name, "disks", disks),
                parseActions(name, actions));
    }

    boolean appliesTo(Caller caller, String projectId) {
        return issuer.equals(caller.issuer())
                && (subjects.contains(caller.subject()) || !Collections.disjoint(groups, caller.groups()))
                && matches(projects, projectId);
    }

    boolean allows(Action action, @Nullable String serverId, @Nullable String volumeId) {
        return actions.contains(action) && matches(servers, serverId) && matches(disks, volumeId);
    }

    private static boolean matches(Set<String> ids, @Nullable String id) {
        return id == null || ids.contains(WILDCARD) || ids.contains(id);
    }

    /** Callers are matched literally: a {@code *} here would look like a wildcard and match no caller. */
    private static Set<String> parseNames(String name, String field, @Nullable List<String> values) {
        Set<String> names = requireNonEmpty(name, field, values);
        if (names.stream().anyMatch(entry -> entry.isBlank() || entry.equals(WILDCARD))) {
            throw new IllegalArgumentException("grant '" + name + "': " + field + " must be named one by one");
        }
        return names;
    }

    private static Set<String> parseIds(String name, String field, @Nullable List<String> values) {
        return requireNonEmpty(name, field, values).stream()
                .map(id -> id.toLowerCase(Locale.ROOT))
                .peek(id -> {
                    if (!ID_FORMAT.matcher(id).matches()) {
                        throw new IllegalArgumentException(
                                "grant '" + name + "': '" + id + "' in " + field + " is neither an id nor *");
                    }
                })
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Action> parseActions(String name, @Nullable List<String> values) {
        Map<Action, Boolean> actions = new EnumMap<>(Action.class);
        for (String value : requireNonEmpty(name, "actions", values)) {
            Action action = ACTIONS_BY_NAME.get(value);
            if (action == null) {
                throw new IllegalArgumentException("grant '" + name + "': unknown action '" + value
                        + "'; the actions are read, attach, detach, operate");
            }
            actions.put(action, true);
        }
        return Set.copyOf(actions.keySet());
    }

    private static Set<String> requireNonEmpty(String name, String field, @Nullable List<String> values) {
        if (values == null || values.isEmpty() || values.contains(null)) {
            throw new IllegalArgumentException("grant '" + name + "' needs " + field);
        }
        return Set.copyOf(values);
    }
}
