package dev.attachgateway.storage;

import static dev.attachgateway.storage.EmbeddedPostgresTest.ask;
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

class InterruptedRunsTest {
    @TempDir
    Path temporary;

    @Test
    void half_unpacked_programs_are_never_used() throws Exception {
        DataDirectory dataDirectory = DataDirectory.at(temporary.resolve("data"));
        Path half =
                Files.createDirectories(dataDirectory.path().resolve(DataDirectory.VERSION + ".unfinished-1-1/bin"));
        Files.writeString(half.resolve("postgres"), "half a program");
        PostgresBinaries.unpackInto(dataDirectory);
        assertThat(half).doesNotExist();
        assertThat(dataDirectory.program("postgres")).isExecutable();
        assertThat(dataDirectory.binaries().resolve("lib/libpq.so.5")).isSymbolicLink();
        Process version = new ProcessBuilder(dataDirectory.program("postgres").toString(), "--version").start();
        assertThat(version.inputReader().readLine()).endsWith(" " + DataDirectory.VERSION);
    }

    @Test
    void a_half_made_cluster_is_never_used() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path half = Files.createDirectories(folder.resolve("cluster.unfinished-1-1"));
        Files.writeString(half.resolve("PG_VERSION"), "17\n");
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
            assertThat(half).doesNotExist();
        }
    }

    @Test
    void data_that_are_no_cluster_are_refused_and_left_alone() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path mine = Files.createDirectories(folder.resolve("cluster")).resolve("mine");
        Files.writeString(mine, "precious");
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).hasMessageContaining("not a complete PostgreSQL");
        assertThat(mine).hasContent("precious");
        Files.move(folder.resolve("cluster"), folder.resolve("moved-away"));
        EmbeddedPostgres.start(folder).close();
    }

    @Test
    void a_pid_file_that_names_nobody_is_no_obstacle() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        startsDespitePidFileNaming(ended.pid());
    }

    @Test
    void a_pid_file_that_names_a_stranger_is_no_obstacle_and_the_stranger_lives() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            startsDespitePidFileNaming(stranger.pid());
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void a_server_whose_watchdog_was_killed_is_stopped_before_the_next_starts() throws Exception {
        Path folder = Folders.withPrograms(temporary);
        Path pidFile = folder.resolve("cluster/postmaster.pid");
        ProcessHandle orphan;
        try (var gateway = GatewayProcess.start(folder)) {
            assertThat(gateway.said()).startsWith("postgresql://");
            orphan = process(Files.readAllLines(pidFile).getFirst());
            var watchdog = orphan.parent().orElseThrow();
            // Its children first: one of them would still see to the end of the server.
            watchdog.children().filter(child -> child.pid() != orphan.pid()).forEach(ProcessHandle::destroyForcibly);
            watchdog.destroyForcibly();
        }
        assertThat(orphan.isAlive()).isTrue();
        var folderOfBoth = DataDirectory.at(folder);
        var command = new PostgresCommand(PostgresLog.in(folderOfBoth), Duration.ofSeconds(10));
        new StaleServerCleanup(folderOfBoth, command, Duration.ofMillis(1)).clear();
        // Whoever inherited it has to collect it: until then it is a name without a process.
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !orphan.isAlive());
        assertThat(Files.readString(folder.resolve("postgresql.log"))).contains("received fast shutdown request");
        EmbeddedPostgres.start(folder).close();
    }

    private void startsDespitePidFileNaming(long pid) throws Exception {
        Path folder = Folders.withPrograms(temporary);
        EmbeddedPostgres.start(folder).close();
        Path cluster = folder.resolve("cluster");
        Files.write(
                cluster.resolve("postmaster.pid"),
                List.of(Long.toString(pid), cluster.toString(), "1", "1", "", "127.0.0.1", "1 1", "ready   "));
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    private static ProcessHandle process(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }
}
