package dev.attachgateway.operation.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that pages list each operation of a project once, the newest first, also while others are created. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationListTest {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");

    @Inject
    Pool pool;

    @Inject
    EventLog eventLog;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, eventLog);
    }

    private HttpAnswer page(String query) {
        return get(eventWriter.path() + query);
    }

    private HttpAnswer get(String path) {
        return gateway.get(path, gateway.withToken("operator"));
    }

    private static List<String> ids(HttpAnswer page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return StreamSupport.stream(page.json().path("operations").spliterator(), false)
                .map(operation -> operation.path("operation_id").asText())
                .toList();
    }

    private static Optional<String> next(HttpAnswer page) {
        var link = NEXT.matcher(page.header("Link"));
        assertThat(link.matches()).isEqualTo(page.json().has("next"));
        return link.matches() ? Optional.of(link.group(1)) : Optional.empty();
    }

    private List<Paper> papers(int count) {
        var papers = IntStream.range(0, count).mapToObj(_ -> Paper.some()).toList();
        papers.forEach(eventWriter::begin);
        return papers.reversed();
    }

    private static List<String> idsOf(List<Paper> papers) {
        return papers.stream().map(paper -> paper.id().toString()).toList();
    }

    @Test
    void a_project_without_operations_has_one_empty_page() {
        var page = page("");
        assertThat(ids(page)).isEmpty();
        assertThat(next(page)).isEmpty();
        assertThat(page.header("Vary")).contains("Accept");
    }

    @Test
    void each_operation_is_on_one_page_newest_first_while_others_are_created() {
        var papers = papers(23);
        var seen = new ArrayList<String>();
        var path = Optional.of(eventWriter.path() + "?limit=5");
        var pages = 0;
        while (path.isPresent()) {
            var page = get(path.get());
            seen.addAll(ids(page));
            path = next(page);
            pages++;
            papers(3);
        }
        assertThat(seen).isEqualTo(idsOf(papers));
        assertThat(pages).isEqualTo(5);
    }

    @Test
    void operations_created_at_the_same_instant_are_each_listed_once() {
        papers(12);
        eventWriter.run("update operation set created_at = '2026-01-02 03:04:05.678901Z' where project_id = '"
                + eventWriter.project() + "'");
        var seen = new ArrayList<String>();
        var path = Optional.of(eventWriter.path() + "?limit=5");
        while (path.isPresent()) {
            var page = get(path.get());
            seen.addAll(ids(page));
            path = next(page);
        }
        assertThat(seen).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void the_last_page_may_be_full() {
        papers(4);
        var page = page("?limit=4");
        assertThat(ids(page)).hasSize(4);
        assertThat(next(page)).isEmpty();
        assertThat(ids(page("?limit=200"))).hasSize(4);
    }

    @Test
    void the_default_page_size_is_fifty() {
        papers(51);
        assertThat(ids(page(""))).hasSize(50);
    }

    @Test
    void filters_apply_to_the_current_state_and_to_the_next_page() {
        var server = UUID.randomUUID();
        var attach = Paper.of(server, UUID.randomUUID(), EventWriter.ATTACH, "sandbox:attacher");
        var detach = Paper.of(server, UUID.randomUUID(), EventWriter.DETACH, "sandbox:a,b");
        papers(2);
        eventWriter.begin(attach);
        eventWriter.begin(detach);
        eventWriter.move(attach, "pending", "running");
        assertThat(ids(page("?server=" + server)))
                .containsExactly(detach.id().toString(), attach.id().toString());
        assertThat(ids(page("?volume=" + attach.volume())))
                .containsExactly(attach.id().toString());
        assertThat(ids(page("?type=node_detach_volume")))
                .containsExactly(detach.id().toString());
        assertThat(ids(page("?caller=sandbox:a,b"))).containsExactly(detach.id().toString());
        assertThat(ids(page("?status=running"))).containsExactly(attach.id().toString());
        assertThat(ids(page("?status=running,failed&server=" + server + "&type=node_detach_volume")))
                .isEmpty();

        var first = page("?limit=1&caller=sandbox:a,b&caller=sandbox:attacher&server=" + server);
        assertThat(ids(first)).containsExactly(detach.id().toString());
        var second = get(next(first).orElseThrow());
        assertThat(ids(second)).containsExactly(attach.id().toString());
        assertThat(next(second)).isEmpty();
    }

    @Test
    void a_listed_operation_equals_the_single_resource() {
        var attachFixture = AttachFixture.set();
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "success");
        JsonNode page = gateway.get(
                        "/v1/" + GatewayClient.P1 + "/dev-servers/operations?server=" + attachFixture.server(),
                        gateway.withToken(AttachFixture.CALLER))
                .json();
        assertThat(page.path("operations")).containsExactly(attachFixture.operation(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=-1",
                "limit=x",
                "limit=",
                "cursor=",
                "cursor=x",
                "cursor=AAAA",
                "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*"
            })
    void invalid_page_parameters_are_rejected_with_400(String query) {
        var answer = page("?" + query);
        assertThat(answer.status() + " " + answer.code()).isEqualTo("400 Gateway.InvalidRequest");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(query.split("=", 2)[0]);
    }

    @Test
    void a_cursor_is_parsed_from_its_own_text() {
        var cursor = new PageCursor(Instant.parse("2026-01-02T03:04:05.678901Z"), UUID.randomUUID());
        assertThat(PageCursor.parse(cursor.toString())).contains(cursor);
        var wholeSeconds = new PageCursor(Instant.EPOCH.truncatedTo(ChronoUnit.SECONDS), new UUID(0, 0));
        assertThat(PageCursor.parse(wholeSeconds.toString())).contains(wholeSeconds);
    }
}
