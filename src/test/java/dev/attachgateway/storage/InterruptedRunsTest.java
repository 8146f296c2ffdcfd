package dev.attachgateway.storage;

import static dev.attachgateway.storage.EmbeddedPostgresTest.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leftovers of interrupted runs, from half-unpacked programs to orphaned servers, do not harm the next start. */
class InterruptedRunsTest {
    @TempDir
    Path temporary;

    @Test
    void half_unpacked_programs_are_never_used() throws Exception {
        var dataDirectory = DataDirectory.openOrCreate(temporary.resolve("data"));
        Path half = Files.createDirectories(
                dataDirectory.path().resolve(DataDirectory.POSTGRES_VERSION + ".unfinished-1-1/bin"));
        Files.writeString(half.resolve("postgres"), "half a program");
        PostgresBinaries.unpackInto(dataDirectory);
        assertThat(half).doesNotExist();
        assertThat(dataDirectory.programFile("postgres")).isExecutable();
        assertThat(dataDirectory.binariesDirectory().resolve("lib/libpq.so.5")).isSymbolicLink();
        Process version =
                new ProcessBuilder(dataDirectory.programFile("postgres").toString(), "--version").start();
        assertThat(version.inputReader().readLine()).endsWith(" " + DataDirectory.POSTGRES_VERSION);
    }

    @Test
    void an_unfinished_cluster_is_never_used() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path half = Files.createDirectories(folder.resolve("cluster.unfinished-1-1"));
        Files.writeString(half.resolve("PG_VERSION"), "17\n");
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "select 1")).isEqualTo("1");
            assertThat(half).doesNotExist();
        }
    }

    @Test
    void a_folder_that_is_no_complete_cluster_is_rejected_and_left_unchanged() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path foreignFile = Files.createDirectories(folder.resolve("cluster")).resolve("foreign");
        Files.writeString(foreignFile, "precious");
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).hasMessageContaining("not a complete PostgreSQL");
        assertThat(foreignFile).hasContent("precious");
        Files.move(folder.resolve("cluster"), folder.resolve("moved-away"));
        EmbeddedPostgres.start(folder).close();
    }

    @Test
    void a_pid_file_of_an_ended_process_is_ignored() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        assertStartsWithPidFileOf(ended.pid());
    }

    @Test
    void a_pid_file_of_an_unrelated_process_is_ignored_and_the_process_survives() throws Exception {
        Process unrelated = new ProcessBuilder("sleep", "600").start();
        try {
            assertStartsWithPidFileOf(unrelated.pid());
            assertThat(unrelated.isAlive()).isTrue();
        } finally {
            unrelated.destroyForcibly();
        }
    }

    @Test
    void a_server_whose_watchdog_was_killed_is_stopped_before_the_next_starts() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path pidFile = folder.resolve("cluster/postmaster.pid");
        ProcessHandle orphan;
        try (var gateway = GatewayProcess.start(folder)) {
            assertThat(gateway.firstLine()).startsWith("postgresql://");
            orphan = process(Files.readAllLines(pidFile).getFirst());
            var watchdog = orphan.parent().orElseThrow();
            // The watchdog's helper is killed first, since it would still stop the server.
            watchdog.children().filter(child -> child.pid() != orphan.pid()).forEach(ProcessHandle::destroyForcibly);
            watchdog.destroyForcibly();
        }
        assertThat(orphan.isAlive()).isTrue();
        var dataDirectory = DataDirectory.openOrCreate(folder);
        var command = new PostgresCommand(PostgresLog.of(dataDirectory), Duration.ofSeconds(10));
        new StaleServerCleanup(dataDirectory, command, Duration.ofMillis(1)).run();
        // The adoptive parent has to reap it; until then it is a zombie.
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !orphan.isAlive());
        assertThat(Files.readString(folder.resolve("postgresql.log"))).contains("received fast shutdown request");
        EmbeddedPostgres.start(folder).close();
    }

    private void assertStartsWithPidFileOf(long pid) throws Exception {
        Path folder = Folders.withPrograms(temporary);
        EmbeddedPostgres.start(folder).close();
        Path cluster = folder.resolve("cluster");
        Files.write(
                cluster.resolve("postmaster.pid"),
                List.of(Long.toString(pid), cluster.toString(), "1", "1", "", "127.0.0.1", "1 1", "ready   "));
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "select 1")).isEqualTo("1");
        }
    }

    private static ProcessHandle process(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }
}
