package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.tail.EventNotifier;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FeedQuery;
import dev.attachgateway.testkit.FeedQuery.Written;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves that each subscriber receives exactly the event log as filtered for it, with concurrent commits and lost
 * connections.
 */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class ExactnessTest {
    private static final int WRITERS = 8;
    private static final int EVENTS_EACH = 40;
    private static final int SUBSCRIBERS = 40;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    EventNotifier eventNotifier;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Map<Long, Written> written = new ConcurrentSkipListMap<>();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void each_subscriber_receives_the_log_as_filtered_for_it(long seed) throws Exception {
        var random = new Random(seed);
        var papers = FeedQuery.papers(12, random);
        String epoch;
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            epoch = stream.next(block -> block.id() != null).epoch();
            var subscribers = new ArrayList<Future<Received>>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                var feedQuery = FeedQuery.random(papers, random);
                var ownRandom = new Random(random.nextLong());
                var marks = FeedQuery.marks(papers).stream()
                        .filter(feedQuery.meant())
                        .count();
                subscribers.add(threads.submit(() -> receive(feedQuery, epoch, marks, ownRandom)));
            }
            var writers = new ArrayList<Callable<Void>>();
            for (int i = 0; i < WRITERS; i++) {
                var ownRandom = new Random(random.nextLong());
                writers.add(() -> write(papers, ownRandom));
            }
            for (var writer : threads.invokeAll(writers)) {
                writer.get();
            }
            assertThat(written).hasSize(WRITERS * EVENTS_EACH);
            FeedQuery.marks(papers).forEach(finalEvent -> commit(finalEvent, 0, 0));
            for (var subscriber : subscribers) {
                var received = subscriber.get();
                var expected = new TreeMap<>(written);
                expected.values().removeIf(received.feedQuery().meant().negate());
                assertThat(received.positions())
                        .as("seed=%s %s", seed, received.feedQuery().query())
                        .containsExactlyElementsOf(expected.keySet());
            }
        }
    }

    private record Received(FeedQuery feedQuery, List<Long> positions) {}

    private Received receive(FeedQuery feedQuery, String epoch, long marks, Random random) {
        var positions = new ArrayList<Long>();
        var last = epoch + "-0";
        var remaining = marks;
        while (remaining > 0) {
            try (var stream = open(feedQuery.query(), last)) {
                for (int left = 1 + random.nextInt(20); left > 0 && remaining > 0; left--) {
                    var block = stream.next(Block::isEvent);
                    assertThat(block.event()).isEqualTo("operation");
                    positions.add(block.position());
                    last = String.valueOf(block.id());
                    remaining -= block.operationStatus().equals("failed") ? 1 : 0;
                }
            }
        }
        return new Received(feedQuery, positions);
    }

    private EventStream open(String query, String last) {
        return gateway.stream(eventWriter.path() + query, gateway.withToken("operator", "Last-Event-ID", last));
    }

    /** One of many writers, which commit in a different order than they begin in. */
    private Void write(List<Paper> papers, Random random) {
        for (int i = 0; i < EVENTS_EACH; i++) {
            commit(FeedQuery.change(papers, random), random.nextInt(20) / 1000.0, random.nextInt(4) / 1000.0);
        }
        return null;
    }

    private void commit(Written event, double delayBefore, double delayAfter) {
        var position = EventWriter.await(pool.withTransaction(transaction -> pause(transaction, delayBefore)
                .chain(() -> eventWriter.append(transaction, event.paper(), event.before(), event.after()))
                .call(() -> pause(transaction, delayAfter))));
        written.put(position, event);
        eventNotifier.committed();
    }

    private static Uni<?> pause(SqlConnection transaction, double seconds) {
        return transaction.preparedQuery("select pg_sleep($1)").execute(Tuple.of(seconds));
    }
}
