package dev.attachgateway.operation.api;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationStatus;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.EventFilter;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The filters of a project's operations as query parameters: a parameter is repeated or has values separated by commas, and
 * matches when one of its values does. A caller's name may contain commas, so it is only repeated.
 */
final class OperationFilterParameters {
    /** Names of the query parameters. */
    static final List<String> NAMES = List.of("server", "volume", "status", "type", "caller");

    private static final Set<String> STATUSES = Arrays.stream(OperationStatus.values())
            .map(OperationStatus::wireName)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> TYPES = Arrays.stream(Operation.Type.values())
            .map(Operation.Type::wireName)
            .collect(Collectors.toUnmodifiableSet());

    /** Length of an issuer's name, the colon and the subject. */
    private static final int MAX_CALLER_LENGTH = 100 + Caller.MAX_SUBJECT_LENGTH;

    private OperationFilterParameters() {}

    /** Parses the filter; violations are added to {@code requestValidation}, which the caller has to check. */
    static EventFilter parse(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        var servers = parseIds("server", query, requestValidation);
        var volumes = parseIds("volume", query, requestValidation);
        var statuses = parseEnumValues("status", query, STATUSES, requestValidation);
        var types = parseEnumValues("type", query, TYPES, requestValidation);
        var callers = validValues(
                "caller",
                query.getAll("caller").stream(),
                OperationFilterParameters::isCallerName,
                "has to be an issuer's name, a colon and a subject",
                requestValidation);
        return new EventFilter(null, servers, volumes, statuses, types, callers);
    }

    private static Set<UUID> parseIds(
            String name, MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        return validValues(
                        name,
                        split(name, query).map(CloudIds::normalize),
                        CloudIds::isUuid,
                        "has to be a UUID of version 1 to 5, or several with commas",
                        requestValidation)
                .stream()
                .map(UUID::fromString)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> parseEnumValues(
            String name,
            MultiMap query,
            Set<String> allowed,
            InvalidRequestException.RequestValidation requestValidation) {
        var list = allowed.stream().sorted().collect(Collectors.joining(", "));
        return validValues(name, split(name, query), allowed::contains, "has to be among " + list, requestValidation);
    }

    private static Stream<String> split(String name, MultiMap query) {
        return query.getAll(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip);
    }

    private static Set<String> validValues(
            String name,
            Stream<String> values,
            Predicate<String> isValid,
            String rule,
            InvalidRequestException.RequestValidation requestValidation) {
        var distinct = values.collect(Collectors.toUnmodifiableSet());
        if (distinct.stream().allMatch(isValid)) {
            return distinct;
        }
        requestValidation.addViolation(name, rule);
        return Set.of();
    }

    private static boolean isCallerName(String text) {
        var colon = text.indexOf(':');
        return colon > 0
                && colon < text.length() - 1
                && text.length() <= MAX_CALLER_LENGTH
                && text.chars().noneMatch(Character::isISOControl);
    }
}
