package dev.attachgateway.inventory;

import static dev.attachgateway.inventory.Caller.ids;
import static dev.attachgateway.inventory.Caller.items;
import static dev.attachgateway.inventory.Caller.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For random grants, pages, counts and documents include exactly the granted resources, in the order of the cloud. */
@QuarkusTest
@TestProfile(EstateProfile.class)
@WithTestResource(PostgresForTests.class)
class PagesTest {
    private final Caller operator = Caller.of("operator");
    private final Random random = new Random();

    @BeforeEach
    void build() {
        Estate.build();
    }

    static List<String> teams() {
        return Estate.teams().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("teams")
    void pages_of_servers_include_exactly_the_visible_ones(String team) {
        for (var order : List.of("", "&sort_dir=DESC", "&sort_key=updateTime", "&owner=nobody")) {
            var visible = ids(okJson(operator.servers("?limit=1024" + order)).path("data")).stream()
                    .filter(id -> Estate.showsServer(team, id))
                    .toList();
            var limit = 1 + random.nextInt(5);
            var received = new ArrayList<String>();
            for (var offset = 0; offset <= visible.size(); offset += limit) {
                var page = okJson(Caller.of(team).servers("?limit=" + limit + "&offset=" + offset + order));
                assertThat(page.path("total").asInt()).as(Estate.seed()).isEqualTo(visible.size());
                assertThat(page.path("pages").asInt()).isEqualTo(Math.ceilDiv(visible.size(), limit));
                assertThat(page.path("current").asInt()).isEqualTo(offset / limit + 1);
                assertThat(page.path("size").asInt()).isEqualTo(limit);
                received.addAll(ids(page.path("data")));
            }
            assertThat(received).as("%s %s", Estate.seed(), order).isEqualTo(visible);
        }
    }

    @ParameterizedTest
    @MethodSource("teams")
    void pages_of_disks_include_exactly_the_visible_ones(String team) {
        var filters = List.of(
                "",
                "&sort_key=size&sort_dir=asc",
                "&multiattach=true",
                "&status=available",
                "&availability_zone=nowhere",
                "&ids=%5B'" + Estate.disk(1) + "','" + Estate.disk(3) + "','" + Estate.disk(6) + "'%5D");
        for (var filter : filters) {
            var visible = ids(okJson(operator.disks("?limit=1000" + filter)).path("volumes")).stream()
                    .filter(id -> Estate.showsDisk(team, id))
                    .toList();
            assertThat(readByOffset(team, filter, visible))
                    .as("%s %s", Estate.seed(), filter)
                    .isEqualTo(visible);
            assertThat(readByMarker(team, filter, visible))
                    .as("%s %s", Estate.seed(), filter)
                    .isEqualTo(visible);
        }
    }

    private List<String> readByOffset(String team, String filter, List<String> visible) {
        var limit = 1 + random.nextInt(9);
        var received = new ArrayList<String>();
        for (var offset = 0; offset <= visible.size(); offset += limit) {
            var page = okJson(Caller.of(team).disks("?limit=" + limit + "&offset=" + offset + filter));
            assertThat(page.path("count").asInt())
                    .as("%s %s", Estate.seed(), filter)
                    .isEqualTo(visible.size());
            received.addAll(ids(page.path("volumes")));
        }
        return received;
    }

    private List<String> readByMarker(String team, String filter, List<String> visible) {
        var limit = 1 + random.nextInt(9);
        var received = new ArrayList<String>();
        while (received.size() < visible.size()) {
            var marker = received.isEmpty() ? "" : "&marker=" + received.getLast();
            var page = ids(okJson(Caller.of(team).disks("?limit=" + limit + marker + filter))
                    .path("volumes"));
            assertThat(page).as(Estate.seed()).isNotEmpty();
            received.addAll(page);
        }
        return received;
    }

    @ParameterizedTest
    @MethodSource("teams")
    void the_server_filter_finds_only_disks_visible_together_with_the_server(String team) {
        for (var number = 0; number < Estate.SERVERS; number++) {
            var server = Estate.server(number);
            var query = "?server_id=" + Estate.cloudServer(number);
            var visible = ids(okJson(operator.disks(query)).path("volumes")).stream()
                    .filter(disk -> Estate.shows(team, server, disk))
                    .toList();
            var page = okJson(Caller.of(team).disks(query));
            assertThat(ids(page.path("volumes")))
                    .as("%s %s", Estate.seed(), query)
                    .isEqualTo(visible);
            assertThat(page.path("count").asInt()).isEqualTo(visible.size());
        }
    }

    @ParameterizedTest
    @MethodSource("teams")
    void documents_include_only_visible_attachments(String team) {
        var caller = Caller.of(team);
        for (var number = 0; number < Estate.SERVERS; number++) {
            var id = Estate.server(number);
            var response = caller.server(id);
            assertThat(response.status())
                    .as("%s %s", Estate.seed(), id)
                    .isEqualTo(status(Estate.showsServer(team, id)));
            if (response.status() == 200) {
                assertThat(texts(response.json().path("volumes"), "evs_id"))
                        .as("%s %s", Estate.seed(), id)
                        .isEqualTo(texts(okJson(operator.server(id)).path("volumes"), "evs_id").stream()
                                .filter(disk -> Estate.shows(team, id, disk))
                                .toList());
            }
        }
        for (var number = 0; number < Estate.DISKS; number++) {
            var id = Estate.disk(number);
            var response = caller.disk(id);
            assertThat(response.status()).as("%s %s", Estate.seed(), id).isEqualTo(status(Estate.showsDisk(team, id)));
            if (response.status() == 200) {
                assertThat(texts(response.json().at("/volume/attachments"), "server_id"))
                        .as("%s %s", Estate.seed(), id)
                        .isEqualTo(items(okJson(operator.disk(id)).at("/volume/attachments"))
                                .map(attachment -> attachment.path("server_id"))
                                .filter(server -> Estate.shows(team, Estate.liteServer(server), id))
                                .map(JsonNode::asText)
                                .toList());
            }
        }
    }

    private static int status(boolean isVisible) {
        return isVisible ? 200 : 403;
    }

    private static List<String> texts(JsonNode list, String field) {
        return items(list).map(item -> item.path(field).asText()).toList();
    }

    @ParameterizedTest
    @MethodSource("teams")
    void no_list_contains_the_id_of_a_hidden_server_or_disk(String team) {
        var caller = Caller.of(team);
        var bodies = caller.servers("?limit=1024").body() + caller.disks("").body();
        assertThat(hidden(Estate.SERVERS, Estate::server, id -> Estate.showsServer(team, id)))
                .as(Estate.seed())
                .noneMatch(bodies::contains);
        assertThat(IntStream.range(0, Estate.SERVERS)
                        .filter(number -> !Estate.showsServer(team, Estate.server(number)))
                        .mapToObj(Estate::cloudServer))
                .as(Estate.seed())
                .noneMatch(bodies::contains);
        assertThat(hidden(Estate.DISKS, Estate::disk, id -> Estate.showsDisk(team, id)))
                .as(Estate.seed())
                .noneMatch(bodies::contains);
    }

    private static List<String> hidden(
            int count, java.util.function.IntFunction<String> id, Predicate<String> isShown) {
        return IntStream.range(0, count).mapToObj(id).filter(isShown.negate()).toList();
    }

    /** The viewer has a grant for one disk of one server. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?limit=1", "?limit=0"})
    void a_grant_for_one_server_gives_a_list_of_one_server(String query) {
        var page = okJson(Caller.of("viewer").servers(query));
        assertThat(page.path("total").asInt()).isEqualTo(1);
        assertThat(page.toString()).doesNotContain(Estate.server(1));
    }

    @Test
    void a_hidden_marker_is_rejected_like_an_unknown_one() {
        var viewer = Caller.of("viewer");
        for (var marker : List.of(Estate.disk(1), "00000000-0000-4000-8000-000000000000")) {
            var refused = viewer.disks("?marker=" + marker);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("marker");
        }
    }
}
