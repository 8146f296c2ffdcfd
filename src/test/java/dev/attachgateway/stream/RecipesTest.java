package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FaultyConnection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Recipe;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proves that the documented clients print each event once at a real gateway, over a connection that is cut. */
@QuarkusTest
@TestProfile(ShortTimeoutsProfile.class)
@WithTestResource(PostgresForTests.class)
@Timeout(300)
class RecipesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OPERATIONS = 30;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @TempDir
    Path folder;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() throws IOException {
        eventWriter = new EventWriter(pool, log);
        Files.writeString(folder.resolve("token"), gateway.token("operator") + "\n");
    }

    private FaultyConnection connection() {
        return FaultyConnection.to(URI.create(gateway.url()).getPort());
    }

    @ParameterizedTest
    @EnumSource
    void a_client_prints_each_event_once_over_a_connection_that_is_cut(Recipe recipe) {
        var first = Paper.some();
        eventWriter.begin(first);
        try (var connection = connection();
                var client = recipe.start(folder, connection.url() + eventWriter.path())) {
            awaitPrinted(client, printed -> printed.size() == 1);
            var written = new ArrayList<String>();
            written.add(first.id() + " pending");
            for (int i = 0; i < OPERATIONS; i++) {
                var paper = Paper.some();
                eventWriter.begin(paper);
                eventWriter.move(paper, "pending", "running");
                written.addAll(List.of(paper.id() + " pending", paper.id() + " running"));
                if (i % 10 == 3) {
                    connection.refuse();
                } else if (i % 10 == 6) {
                    connection.pass();
                    awaitPrinted(client, printed -> printed.equals(written));
                }
            }
            awaitPrinted(client, printed -> printed.equals(written));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_prints_a_reset_before_the_snapshot_that_follows(Recipe recipe) {
        var paper = Paper.some();
        eventWriter.begin(paper);
        try (var connection = connection();
                var client = recipe.start(folder, connection.url() + eventWriter.path())) {
            awaitPrinted(client, printed -> printed.size() == 1);
            eventWriter.run("vacuum full event");
            awaitPrinted(client, printed -> printed.size() == 3);
            assertThat(client.told().get(1)).isEqualTo("reset {\"reason\":\"another-history\"}");
            assertThat(client.told().get(2)).isEqualTo(client.told().getFirst());
            eventWriter.move(paper, "pending", "running");
            awaitPrinted(
                    client, printed -> printed.size() == 4 && printed.getLast().equals(paper.id() + " running"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_client_of_one_operation_stops_when_the_operation_has_ended(Recipe recipe) throws Exception {
        var attachFixture = AttachFixture.set();
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var operation = attachFixture.attach().operationId();
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), operation);
        try (var connection = connection();
                var client = recipe.start(folder, connection.url() + path)) {
            awaitPrinted(client, printed -> !printed.isEmpty());
            attachFixture.cloud().behaviour(Map.of("stuck", false));
            assertThat(client.exit()).as(client.complaint()).isZero();
            assertThat(printed(client).getLast()).isEqualTo(operation + " success");
            assertThat(client.told()).doesNotHaveDuplicates();
        }
    }

    private static void awaitPrinted(Recipe.Running client, Predicate<List<String>> condition) {
        Awaitility.await("the client's output")
                .atMost(Timeouts.CONDITION)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> printed(client), condition);
    }

    private static List<String> printed(Recipe.Running client) {
        return client.told().stream().map(RecipesTest::read).toList();
    }

    private static String read(String line) {
        try {
            var data = JSON.readTree(line.substring(line.indexOf(' ') + 1));
            return line.startsWith("operation ")
                    ? data.path("operation_id").asText() + " "
                            + data.path("operation_status").asText()
                    : line;
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
