package dev.attachgateway.exactness;

import dev.attachgateway.storage.StandingServer;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.RunningGateway;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;

/** Disruptions while writers write and clients read, with an equal share of the events between two disruptions. */
final class Disruptions {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private final Replicas replicas;
    private final StandingServer postgres;
    private final Writers writers;
    private final int events;
    private final CountDownLatch finished;

    Disruptions(Replicas replicas, StandingServer postgres, Writers writers, int events, CountDownLatch finished) {
        this.replicas = replicas;
        this.postgres = postgres;
        this.writers = writers;
        this.events = events;
        this.finished = finished;
    }

    /** Kills replicas with {@code kill -9} and restarts them. */
    void kills(int count, Random random) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            var victim =
                    replicas.gateways().get(random.nextInt(replicas.gateways().size()));
            victim.kill();
            restart(victim);
        }
    }

    /** Restarts a replica once more when it exits at startup because the database is not reachable. */
    private static void restart(RunningGateway victim) {
        try {
            victim.restart();
        } catch (AssertionError e) {
            if (victim.process().isAlive()) {
                throw e;
            }
            victim.restart();
        }
    }

    /** Terminates all connections on which replicas listen, and commits an event before any of them reconnects. */
    void listenGaps(int count, Random random) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            writers.writeWithoutListeners(random);
        }
    }

    /** Restarts PostgreSQL, alternately as after a crash and after a clean shutdown. */
    void restarts(int count) {
        for (var number = 1; number <= count; number++) {
            awaitShare(number, count);
            postgres.stop(number % 2 == 1 ? StandingServer.Stop.IMMEDIATE : StandingServer.Stop.FAST);
            postgres.startAgain();
        }
    }

    private void awaitShare(int number, int count) {
        var threshold = events * number / (count + 1);
        Awaitility.await("event " + threshold)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> writers.committed() >= threshold || finished.getCount() == 0);
    }
}
