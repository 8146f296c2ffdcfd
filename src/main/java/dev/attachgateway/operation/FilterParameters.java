package dev.attachgateway.operation;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.stream.Filter;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The filters of a project's operations as query parameters: each repeated or with commas, any of its values fits. A
 * caller's name may have commas in it, so it is only repeated.
 */
final class FilterParameters {
    /** Their names. */
    static final List<String> NAMES = List.of("server", "volume", "status", "type", "caller");

    private static final Set<String> STATUSES =
            Arrays.stream(Status.values()).map(Status::word).collect(Collectors.toUnmodifiableSet());
    private static final Set<String> TYPES =
            Arrays.stream(Operation.Type.values()).map(Operation.Type::word).collect(Collectors.toUnmodifiableSet());

    /** Of an issuer's name, the colon and the subject. */
    private static final int LONGEST_CALLER = 100 + Caller.MAX_SUBJECT_LENGTH;

    private FilterParameters() {}

    /** The filter; what is wrong with it goes into the look, which its owner ends. */
    static Filter read(MultiMap query, InvalidRequest.Look look) {
        var servers = ids("server", query, look);
        var volumes = ids("volume", query, look);
        var statuses = words("status", query, STATUSES, look);
        var types = words("type", query, TYPES, look);
        var callers = taken(
                "caller",
                query.getAll("caller").stream(),
                FilterParameters::isCaller,
                "has to be an issuer's name, a colon and a subject",
                look);
        return new Filter(null, servers, volumes, statuses, types, callers);
    }

    private static Set<UUID> ids(String name, MultiMap query, InvalidRequest.Look look) {
        return taken(
                        name,
                        split(name, query).map(CloudIds::normalize),
                        CloudIds::isUuid,
                        "has to be a UUID of version 1 to 5, or several with commas",
                        look)
                .stream()
                .map(UUID::fromString)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> words(String name, MultiMap query, Set<String> known, InvalidRequest.Look look) {
        var all = known.stream().sorted().collect(Collectors.joining(", "));
        return taken(name, split(name, query), known::contains, "has to be among " + all, look);
    }

    private static Stream<String> split(String name, MultiMap query) {
        return query.getAll(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip);
    }

    private static Set<String> taken(
            String name, Stream<String> sent, Predicate<String> form, String rule, InvalidRequest.Look look) {
        var all = sent.collect(Collectors.toUnmodifiableSet());
        if (all.stream().allMatch(form)) {
            return all;
        }
        look.wrong(name, rule);
        return Set.of();
    }

    private static boolean isCaller(String text) {
        var colon = text.indexOf(':');
        return colon > 0
                && colon < text.length() - 1
                && text.length() <= LONGEST_CALLER
                && text.chars().noneMatch(Character::isISOControl);
    }
}
