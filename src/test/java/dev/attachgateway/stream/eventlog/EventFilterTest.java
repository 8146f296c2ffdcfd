package dev.attachgateway.stream.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Proves that an event matches a filter only if it matches all of its criteria. */
class EventFilterTest {
    private static final UUID OPERATION = UUID.randomUUID();
    private static final UUID SERVER = UUID.randomUUID();
    private static final UUID VOLUME = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();

    static Event event(@Nullable String before, String after) {
        return new Event(
                "p",
                1,
                OPERATION,
                SERVER,
                VOLUME,
                "node_attach_volume",
                "sandbox:attacher",
                before,
                after,
                Instant.EPOCH,
                null,
                "{}");
    }

    private static EventFilter statuses(String... statuses) {
        return new EventFilter(null, Set.of(), Set.of(), Set.of(statuses), Set.of(), Set.of());
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                Arguments.of("everything", EventFilter.ALL, true),
                Arguments.of("the operation", EventFilter.of(OPERATION), true),
                Arguments.of("another operation", EventFilter.of(OTHER), false),
                Arguments.of("its server", one(Set.of(SERVER), Set.of(), Set.of(), Set.of()), true),
                Arguments.of("its server or another", one(Set.of(OTHER, SERVER), Set.of(), Set.of(), Set.of()), true),
                Arguments.of("another server", one(Set.of(OTHER), Set.of(), Set.of(), Set.of()), false),
                Arguments.of("its disk", one(Set.of(), Set.of(VOLUME), Set.of(), Set.of()), true),
                Arguments.of("another disk", one(Set.of(), Set.of(OTHER), Set.of(), Set.of()), false),
                Arguments.of("its type", one(Set.of(), Set.of(), Set.of("node_attach_volume"), Set.of()), true),
                Arguments.of("another type", one(Set.of(), Set.of(), Set.of("node_detach_volume"), Set.of()), false),
                Arguments.of("its caller", one(Set.of(), Set.of(), Set.of(), Set.of("sandbox:attacher")), true),
                Arguments.of("another caller", one(Set.of(), Set.of(), Set.of(), Set.of("sandbox:team-1")), false),
                Arguments.of("its server, another disk", one(Set.of(SERVER), Set.of(OTHER), Set.of(), Set.of()), false),
                Arguments.of("the status after", statuses("running"), true),
                Arguments.of("the status before", statuses("pending"), true),
                Arguments.of("either status", statuses("success", "pending"), true),
                Arguments.of("neither status", statuses("success", "failed"), false));
    }

    private static EventFilter one(Set<UUID> servers, Set<UUID> volumes, Set<String> types, Set<String> callers) {
        return new EventFilter(null, servers, volumes, Set.of(), types, callers);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("filters")
    void an_event_matches_when_all_criteria_match(String name, EventFilter filter, boolean expected) {
        assertThat(filter.matches(event("pending", "running"))).as(name).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void a_first_event_matches_by_its_only_status(String name, EventFilter filter, boolean expected) {
        var first = filter.matches(event(null, "pending"));
        assertThat(first)
                .as(name)
                .isEqualTo(
                        filter.statuses().isEmpty()
                                ? expected
                                : filter.statuses().contains("pending"));
    }
}
