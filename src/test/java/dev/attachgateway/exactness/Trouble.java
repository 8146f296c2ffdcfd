package dev.attachgateway.exactness;

import dev.attachgateway.storage.StandingServer;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.RunningGateway;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** What goes wrong while they write and watch; between one trouble and the next an equal share of the events comes. */
final class Trouble {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Replicas replicas;
    private final StandingServer postgres;
    private final Writers writers;
    private final int events;
    private final CountDownLatch over;

    Trouble(Replicas replicas, StandingServer postgres, Writers writers, int events, CountDownLatch over) {
        this.replicas = replicas;
        this.postgres = postgres;
        this.writers = writers;
        this.events = events;
        this.over = over;
    }

    /** {@code kill -9}, and a start in its place. */
    void kills(int count, Random random) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            var victim =
                    replicas.gateways().get(random.nextInt(replicas.gateways().size()));
            victim.kill();
            restart(victim);
        }
    }

    /** A gateway without a database ends while it starts; whoever looks after it starts it again. */
    private static void restart(RunningGateway victim) {
        try {
            victim.restart();
        } catch (AssertionError ended) {
            if (victim.process().isAlive()) {
                throw ended;
            }
            victim.restart();
        }
    }

    /** All connections on which replicas listen are cut, and something is committed before any is there again. */
    void gaps(int count, Random random) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            writers.writeUnheard(random);
        }
    }

    /** PostgreSQL starts again: as after a crash, then in good order, and so on in turn. */
    void restarts(int count) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            postgres.stop(number % 2 == 1 ? StandingServer.Stop.IMMEDIATE : StandingServer.Stop.FAST);
            postgres.startAgain();
        }
    }

    private void awaitShare(int number, int count) {
        var due = events * number / (count + 1);
        Awaitility.await("event " + due)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> writers.committed() >= due || over.getCount() == 0);
    }
}
