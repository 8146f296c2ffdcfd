package dev.attachgateway.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.storage.EmbeddedPostgres;
import dev.attachgateway.storage.Folders;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.JarProcess;
import dev.attachgateway.testkit.PackagedBuild;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that seal concurrently and are killed while sealing produce one chain. */
class SealedByReplicasIT {
    private static final long SEED = Seed.of("audit.seed");
    private static final int CALLERS = 6;
    private static final Map<String, String> SHORT_INTERVAL =
            Map.of("AUDIT_SEAL_INTERVAL", "20MS", "AUDIT_SEAL_MAX_ENTRIES", "10");

    @TempDir
    Path folder;

    private final AtomicBoolean finished = new AtomicBoolean();

    @Test
    void replicas_killed_while_sealing_leave_one_chain_with_every_entry_once() throws Exception {
        System.out.println("audit: -Daudit.seed=" + SEED);
        var random = new Random(SEED);
        try (var postgres = EmbeddedPostgres.start(Folders.withCluster(folder));
                var replicas = Replicas.start(folder, 3, SHORT_INTERVAL, postgres.connectionDetails());
                var database = replicas.database();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var caller = 0; caller < CALLERS; caller++) {
                var gateway = replicas.doors().get(caller % 3);
                gateway.token("team-1");
                callers.execute(() -> callUntilFinished(gateway));
            }
            try {
                awaitSeals(database, 20);
                killAllDuringASeal(replicas, postgres.connectionDetails());
                for (var round = 0; round < 2; round++) {
                    awaitSeals(database, number(database, "select max(number) from audit_seal") + 20);
                    var victim = replicas.gateways().get(random.nextInt(3));
                    victim.kill();
                    awaitSeals(database, number(database, "select max(number) from audit_seal") + 20);
                    victim.restart();
                }
            } finally {
                finished.set(true);
            }
            callers.shutdown();
            await().until(callers::isTerminated);
            await().until(() -> isEveryEntrySealedOnce(database));
            assertIntact(postgres.connectionDetails());
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50));
    }

    private static void awaitSeals(Connection database, long number) {
        await().until(() -> number(database, "select coalesce(max(number), 0) from audit_seal") >= number);
    }

    /** Each call is an allowed read and thus an audit entry. Calls to a killed replica fail, which is ignored. */
    private void callUntilFinished(GatewayClient gateway) {
        while (!finished.get()) {
            try {
                gateway.operation(
                        "team-1",
                        GatewayClient.P1,
                        UUID.randomUUID().toString(),
                        UUID.randomUUID().toString());
            } catch (AssertionError _) {
                Thread.onSpinWait();
            }
        }
    }

    /** Kills all replicas while a table lock keeps a written seal from being committed. */
    private static void killAllDuringASeal(Replicas replicas, ConnectionDetails postgres) throws SQLException {
        try (var lock = PostgresForTests.open(postgres);
                var observer = PostgresForTests.open(postgres)) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("lock table audit_seal in share mode");
            await().until(() -> number(
                            observer,
                            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                    + " and query like 'with made as (%insert into audit_seal%'")
                    == 1);
            replicas.gateways().forEach(RunningGateway::kill);
            lock.rollback();
        }
        replicas.gateways().forEach(RunningGateway::restart);
    }

    /**
     * Fails when an entry is not sealed exactly once; false while an entry is unsealed. All numbers come from one snapshot,
     * since denials and reads are audited for a while after the callers have ended.
     */
    private static boolean isEveryEntrySealedOnce(Connection database) throws SQLException {
        database.setAutoCommit(false);
        database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try {
            if (number(database, "select count(*) from audit_place where seal is null") > 0) {
                return false;
            }
            var lines = number(database, "select count(*) from audit");
            assertThat(lines).isGreaterThan(100);
            assertThat(number(
                            database,
                            "select count(distinct a.id) from audit a join audit_place p on p.line = a.id"
                                    + " join audit_seal s on s.number = p.seal"))
                    .isEqualTo(lines);
            assertThat(number(database, "select count(*) from audit_place")).isEqualTo(lines);
            assertThat(number(database, "select sum(lines) from audit_seal")).isEqualTo(lines);
            assertThat(number(database, "select count(*) from audit_seal"))
                    .isEqualTo(number(database, "select max(number) from audit_seal"));
            System.out.println("audit: " + lines + " lines under " + number(database, "select count(*) from audit_seal")
                    + " seals");
            return true;
        } finally {
            database.rollback();
            database.setAutoCommit(true);
        }
    }

    /** Verified by the production build, configured with the database only, while the gateways run. */
    private void assertIntact(ConnectionDetails database) throws Exception {
        var empty = Files.createDirectories(folder.resolve("empty"));
        var settings = Map.of(
                "STORAGE_URL", database.url(),
                "STORAGE_USERNAME", database.username(),
                "STORAGE_PASSWORD", database.password());
        try (var verify = JarProcess.start(
                PackagedBuild.PRODUCTION, empty, folder.resolve("verify.log"), settings, "audit", "verify")) {
            assertThat(verify.exit(Duration.ofMinutes(1))).as(verify.said()).isZero();
            assertThat(verify.said()).startsWith("seals ").endsWith("intact\n");
        }
        assertThat(empty).isEmptyDirectory();
    }

    private static long number(Connection database, String query) throws SQLException {
        try (var statement = database.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
