package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.Scribe;
import dev.attachgateway.testkit.Scribe.Paper;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/** A project of its own, whose streams are asked for with tickets. */
abstract class TicketCase {
    static final Duration LIMIT = Duration.ofSeconds(15);
    static final String PAGE = RevocationTest.CONSOLE;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    final Gateway gateway = Gateway.underTest();
    final Paper paper = Paper.some();
    Scribe scribe;

    @BeforeEach
    void set() {
        scribe = new Scribe(pool, log);
        scribe.run("truncate stream_ticket");
        grant(new Reading("operator", "*"), new Reading("viewer", "*"));
    }

    void grant(Reading... grants) {
        GrantsFileForTests.write(List.of(grants));
        for (var client : List.of("operator", "viewer")) {
            var status = Stream.of(grants).anyMatch(each -> each.client().equals(client)) ? 200 : 403;
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> gateway.get(scribe.path(), gateway.withToken(client))
                                    .status()
                            == status);
        }
    }

    Answer ask(String body, String... headers) {
        return gateway.send("POST", scribe.path() + "/tickets", body, gateway.withToken("operator", headers));
    }

    static String wish(String path, String origin) {
        return "{\"path\":\"" + path + "\",\"origin\":\"" + origin + "\"}";
    }

    /** The address that a ticket was put into. */
    String url(String path) {
        var answer = ask(wish(path, PAGE));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("url");
    }

    EventStream open(String url) {
        return gateway.stream(url, "Origin", PAGE);
    }

    void assertRefused(String url) {
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    String operationPath() {
        return Gateway.operationPath(
                scribe.project(), paper.server().toString(), paper.id().toString());
    }
}
