package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Scribe;
import dev.attachgateway.testkit.Scribe.Paper;
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
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    private static final List<String> STATUSES = List.of("pending", "running", "success");

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    Notifications notifications;

    private final Gateway gateway = Gateway.underTest();
    private final Map<Long, Written> written = new ConcurrentSkipListMap<>();
    private Scribe scribe;

    private record Written(Paper paper, String before, String after) {}

    /** The same wish twice: as it is asked, and as it is meant. */
    private record Wish(String query, Predicate<Written> meant) {}

    @BeforeEach
    void set() {
        scribe = new Scribe(pool, log);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void each_watcher_is_told_the_log_as_its_filter_has_it(long seed) throws Exception {
        var random = new Random(seed);
        var papers = IntStream.range(0, 12).mapToObj(any -> paper(random)).toList();
        String epoch;
        try (var stream = gateway.stream(scribe.path(), gateway.withToken("operator"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            epoch = stream.next(block -> block.id() != null).epoch();
            var watchers = new ArrayList<Future<Watched>>();
            for (int i = 0; i < WATCHERS; i++) {
                var wish = wish(random, papers);
                var own = new Random(random.nextLong());
                var marks = marks(papers).filter(wish.meant()).count();
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
            marks(papers).forEach(mark -> commit(mark.paper(), mark.before(), mark.after(), 0, 0));
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
            var paper = papers.get(random.nextInt(papers.size()));
            var before = STATUSES.get(random.nextInt(2));
            var after = STATUSES.get(random.nextInt(3));
            commit(paper, before, after, random.nextInt(20) / 1000.0, random.nextInt(4) / 1000.0);
        }
        return null;
    }

    private void commit(Paper paper, String before, String after, double early, double late) {
        var position = Scribe.await(pool.withTransaction(transaction -> pause(transaction, early)
                .chain(() -> scribe.append(transaction, paper, before, after))
                .call(() -> pause(transaction, late))));
        written.put(position, new Written(paper, before, after));
        notifications.committed();
    }

    private static Uni<?> pause(SqlConnection transaction, double seconds) {
        return transaction.preparedQuery("select pg_sleep($1)").execute(Tuple.of(seconds));
    }

    /** The last events, which alone are failures: each wish is meant by some of them, so a watcher knows when all is told. */
    private static Stream<Written> marks(List<Paper> papers) {
        return papers.stream().flatMap(paper -> STATUSES.stream().map(before -> new Written(paper, before, "failed")));
    }

    private static Paper paper(Random random) {
        return Paper.of(
                new UUID(0x4000, 0x8000000000000000L + random.nextInt(3)),
                new UUID(0x4000, 0x8000000000000000L + random.nextInt(4)),
                random.nextBoolean() ? Scribe.ATTACH : Scribe.DETACH,
                "sandbox:team-" + random.nextInt(3));
    }

    /** Of each sort of filter one or two values, or none; always such that some operation fits. */
    private static Wish wish(Random random, List<Paper> papers) {
        var paper = papers.get(random.nextInt(papers.size()));
        var other = papers.get(random.nextInt(papers.size()));
        var query = new StringBuilder("?envelope=none");
        Predicate<Written> meant = any -> true;
        if (random.nextInt(3) == 0) {
            query.append("&server=").append(paper.server());
            meant = meant.and(it -> it.paper().server().equals(paper.server()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&volume=").append(paper.volume()).append(',').append(other.volume());
            meant = meant.and(it -> it.paper().volume().equals(paper.volume())
                    || it.paper().volume().equals(other.volume()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&type=").append(paper.type());
            meant = meant.and(it -> it.paper().type().equals(paper.type()));
        }
        if (random.nextInt(3) == 0) {
            query.append("&caller=").append(paper.caller()).append("&caller=").append(other.caller());
            meant = meant.and(it -> it.paper().caller().equals(paper.caller())
                    || it.paper().caller().equals(other.caller()));
        }
        if (random.nextInt(3) == 0) {
            var status = STATUSES.get(random.nextInt(STATUSES.size()));
            query.append("&status=").append(status);
            meant = meant.and(it -> it.before().equals(status) || it.after().equals(status));
        }
        return new Wish(query.toString(), meant);
    }
}
