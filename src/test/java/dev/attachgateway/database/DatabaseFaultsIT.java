package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.CommandResult;
import dev.attachgateway.testkit.MachineRequirements;
import dev.attachgateway.testkit.Seed;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures of the database under load cause no duplicate or lost operation, and callers get 503 with Retry-After. */
class DatabaseFaultsIT {
    private static final long SEED = Seed.of("database.seed");
    private static final Duration LIMIT = Timeouts.CONDITION;

    @TempDir
    Path folder;

    private Site site() throws Exception {
        System.out.println("database: -Ddatabase.seed=" + SEED);
        return new Site(folder, Map.of());
    }

    @Test
    void killed_backends_only_delay_operations() throws Exception {
        try (var site = site();
                var database = site.database();
                var statement = database.createStatement()) {
            site.load(SEED);
            for (var round = 0; round < 10; round++) {
                site.awaitResponses(10);
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()");
            }
            site.awaitResponses(30);
            site.stopAndCheck();
        }
    }

    @Test
    void a_restart_of_postgresql_is_survived() throws Exception {
        try (var site = site()) {
            site.load(SEED);
            for (var round = 0; round < 2; round++) {
                site.awaitResponses(20);
                site.restartPostgres();
            }
            site.awaitResponses(30);
            site.stopAndCheck();
        }
    }

    @Test
    void the_outcome_of_an_unacknowledged_commit_is_determined() throws Exception {
        try (var site = site()) {
            site.load(SEED);
            for (var round = 0; round < 8; round++) {
                site.awaitResponses(10);
                var before = site.connection().cut();
                site.connection().cutAfterCommits(3);
                Awaitility.await().atMost(LIMIT).until(() -> site.connection().cut() >= before + 3);
            }
            site.awaitResponses(30);
            site.stopAndCheck();
        }
    }

    @Test
    void with_all_connections_blocked_callers_get_503_with_retry_after() throws Exception {
        try (var site = site();
                var database = site.database();
                var statement = database.createStatement()) {
            site.load(SEED);
            site.awaitResponses(20);
            database.setAutoCommit(false);
            statement.execute("lock table operation in access exclusive mode");
            Awaitility.await().atMost(LIMIT).until(() -> site.refusals() > 5);
            database.rollback();
            database.setAutoCommit(true);
            site.awaitResponses(30);
            site.stopAndCheck();
        }
    }

    @Test
    void a_silent_or_refused_database_connection_is_survived() throws Exception {
        try (var site = site()) {
            site.load(SEED);
            site.awaitResponses(20);
            site.connection().hold();
            Awaitility.await().atMost(LIMIT).until(() -> site.refusals() > 5);
            site.connection().pass();
            site.awaitResponses(20);
            var before = site.refusals();
            site.connection().refuse();
            Awaitility.await().atMost(LIMIT).until(() -> site.refusals() > before + 5);
            site.connection().pass();
            site.awaitResponses(30);
            site.stopAndCheck();
        }
    }

    @Test
    void a_full_disk_rejects_callers_and_loses_no_operation() throws Exception {
        var small = Files.createDirectory(folder.resolve("small"));
        var mounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small.toString());
        MachineRequirements.that(mounted.exit() == 0, "the permission to mount a tmpfs");
        try (var site = site();
                var database = site.database();
                var statement = database.createStatement()) {
            var space = Files.createDirectory(small.resolve("space"));
            statement.execute("create tablespace small location '" + space + "'");
            for (var table : new String[] {"operation", "event", "audit"}) {
                statement.execute("alter table " + table + " set tablespace small");
            }
            site.load(SEED);
            site.awaitResponses(20);
            var filler = small.resolve("filler");
            run("dd", "if=/dev/zero", "of=" + filler, "bs=4k");
            Awaitility.await("refusals").atMost(Duration.ofMinutes(2)).until(() -> site.refusals() > 5);
            Files.delete(filler);
            site.awaitResponses(30);
            site.stopAndCheck();
            for (var table : new String[] {"operation", "event", "audit"}) {
                statement.execute("alter table " + table + " set tablespace pg_default");
            }
            statement.execute("drop tablespace small");
        } finally {
            assertThat(run("umount", "-l", small.toString()).exit()).isZero();
        }
    }

    private CommandResult run(String... words) {
        return CommandResult.run(folder, Map.of(), Duration.ofMinutes(1), words);
    }
}
