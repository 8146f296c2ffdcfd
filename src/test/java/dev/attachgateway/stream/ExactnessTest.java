package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Scribe;
import dev.attachgateway.testkit.Scribe.Paper;
import dev.attachgateway.testkit.Wish;
import dev.attachgateway.testkit.Wish.Written;
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
 * Whatever the writers' commits do to each other and however often a connection is lost: what each watcher was told is the
 * log, filtered by what it asked for.
 */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class ExactnessTest {
    private static final int WRITERS = 8;
    private static final int EVENTS_EACH = 40;
    private static final int WATCHERS = 40;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    Notifications notifications;

    private final Gateway gateway = Gateway.underTest();
    private final Map<Long, Written> written = new ConcurrentSkipListMap<>();
    private Scribe scribe;

    @BeforeEach
    void set() {
        scribe = new Scribe(pool, log);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void each_watcher_is_told_the_log_as_its_filter_has_it(long seed) throws Exception {
        var random = new Random(seed);
        var papers = Wish.papers(12, random);
        String epoch;
        try (var stream = gateway.stream(scribe.path(), gateway.withToken("operator"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            epoch = stream.next(block -> block.id() != null).epoch();
            var watchers = new ArrayList<Future<Watched>>();
            for (int i = 0; i < WATCHERS; i++) {
                var wish = Wish.random(papers, random);
                var own = new Random(random.nextLong());
                var marks = Wish.marks(papers).stream().filter(wish.meant()).count();
                watchers.add(threads.submit(() -> watch(wish, epoch, marks, own)));
            }
            var writers = new ArrayList<Callable<Void>>();
            for (int i = 0; i < WRITERS; i++) {
                var own = new Random(random.nextLong());
                writers.add(() -> write(papers, own));
            }
            for (var writer : threads.invokeAll(writers)) {
                writer.get();
            }
            assertThat(written).hasSize(WRITERS * EVENTS_EACH);
            Wish.marks(papers).forEach(mark -> commit(mark, 0, 0));
            for (var watcher : watchers) {
                var watched = watcher.get();
                var meant = new TreeMap<>(written);
                meant.values().removeIf(watched.wish().meant().negate());
                assertThat(watched.positions())
                        .as("seed=%s %s", seed, watched.wish().query())
                        .containsExactlyElementsOf(meant.keySet());
            }
        }
    }

    private record Watched(Wish wish, List<Long> positions) {}

    private Watched watch(Wish wish, String epoch, long marks, Random random) {
        var positions = new ArrayList<Long>();
        var last = epoch + "-0";
        var unseen = marks;
        while (unseen > 0) {
            try (var stream = open(wish.query(), last)) {
                for (int left = 1 + random.nextInt(20); left > 0 && unseen > 0; left--) {
                    var block = stream.next(Block::isEvent);
                    assertThat(block.event()).isEqualTo("operation");
                    positions.add(block.position());
                    last = String.valueOf(block.id());
                    unseen -= block.operationStatus().equals("failed") ? 1 : 0;
                }
            }
        }
        return new Watched(wish, positions);
    }

    private EventStream open(String query, String last) {
        return gateway.stream(scribe.path() + query, gateway.withToken("operator", "Last-Event-ID", last));
    }

    /** One of many writers, who commit in another order than they began in. */
    private Void write(List<Paper> papers, Random random) {
        for (int i = 0; i < EVENTS_EACH; i++) {
            commit(Wish.change(papers, random), random.nextInt(20) / 1000.0, random.nextInt(4) / 1000.0);
        }
        return null;
    }

    private void commit(Written event, double early, double late) {
        var position = Scribe.await(pool.withTransaction(transaction -> pause(transaction, early)
                .chain(() -> scribe.append(transaction, event.paper(), event.before(), event.after()))
                .call(() -> pause(transaction, late))));
        written.put(position, event);
        notifications.committed();
    }

    private static Uni<?> pause(SqlConnection transaction, double seconds) {
        return transaction.preparedQuery("select pg_sleep($1)").execute(Tuple.of(seconds));
    }
}
