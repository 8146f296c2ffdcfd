package dev.attachgateway.access.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.GrantsFileForTests;
import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/** Base of the ticket tests: a project of its own, whose streams are opened with tickets. */
public abstract class TicketCase {
    static final Duration TIMEOUT = Duration.ofSeconds(15);
    static final String PAGE = StreamRevocationTest.CONSOLE;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    public final GatewayClient gateway = GatewayClient.underTest();
    public final Paper paper = Paper.some();
    public EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
        eventWriter.run("truncate stream_ticket");
        grant(new Reading("operator", "*"), new Reading("viewer", "*"));
    }

    public void grant(Reading... grants) {
        GrantsFileForTests.write(List.of(grants));
        for (var client : List.of("operator", "viewer")) {
            var status = Stream.of(grants).anyMatch(reading -> reading.client().equals(client)) ? 200 : 403;
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> gateway.get(eventWriter.path(), gateway.withToken(client))
                                    .status()
                            == status);
        }
    }

    public HttpAnswer ask(String body, String... headers) {
        return gateway.send("POST", eventWriter.path() + "/tickets", body, gateway.withToken("operator", headers));
    }

    public static String wish(String path, String origin) {
        return "{\"path\":\"" + path + "\",\"origin\":\"" + origin + "\"}";
    }

    /** The URL of a stream with a new ticket. */
    String url(String path) {
        var response = ask(wish(path, PAGE));
        assertThat(response.status()).as(response.body()).isEqualTo(201);
        return response.text("url");
    }

    EventStream open(String url) {
        return gateway.stream(url, "Origin", PAGE);
    }

    void assertRejected(String url) {
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    String operationPath() {
        return GatewayClient.operationPath(
                eventWriter.project(), paper.server().toString(), paper.id().toString());
    }
}
