package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @TempDir
    Path temporary;

    Path folder = Path.of("");

    @BeforeEach
    void a_folder() throws Exception {
        folder = Folders.withPrograms(temporary);
    }

    @Test
    void data_survives_a_restart() throws Exception {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            write(postgres.connection());
        }
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SELECT what FROM kept")).isEqualTo("this");
        }
    }

    @Test
    void a_commit_is_on_the_disk_and_a_damaged_page_is_noticed() {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(postgres, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(ask(postgres, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(postgres, "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void it_is_reached_from_this_machine_only_and_with_the_password_only() throws Exception {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(postgres, "SHOW unix_socket_directories")).isEmpty();
            var real = postgres.connection();
            var guess = new ConnectionDetails(real.host(), real.port(), real.database(), real.username(), "guess");
            assertThatThrownBy(() -> PostgresForTests.open(guess)).hasMessageContaining("authentication failed");
            assertThat(real.toString()).doesNotContain(real.password());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void text_is_utf_8_and_sorted_by_bytes() {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(ask(postgres, "SELECT datcollate FROM pg_database WHERE datname = current_database()"))
                    .isEqualTo("C");
        }
    }

    @Test
    void a_killed_gateway_leaves_no_server_and_its_data_are_there_for_the_next() throws Exception {
        int port;
        try (var gateway = GatewayProcess.start(folder)) {
            port = gateway.port();
            write(new ConnectionDetails(
                    "127.0.0.1",
                    port,
                    PostgresCluster.DATABASE,
                    PostgresCluster.SUPERUSER,
                    PostgresCluster.password(DataDirectory.at(folder))));
            gateway.killWithoutMercy();
        }
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !listens(port));
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !Files.exists(pidFile()));
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(ask(postgres, "SELECT what FROM kept")).isEqualTo("this");
        }
    }

    @Test
    void a_gateway_started_right_after_a_kill_waits_for_the_old_server() throws Exception {
        try (var gateway = GatewayProcess.start(folder)) {
            gateway.killWithoutMercy();
        }
        try (var postgres = EmbeddedPostgres.start(folder)) {
            write(postgres.connection());
        }
    }

    @Test
    void a_second_gateway_on_the_folder_is_refused_with_a_sentence() throws Exception {
        try (var first = EmbeddedPostgres.start(folder);
                var second = GatewayProcess.start(folder)) {
            assertThat(second.said()).contains(folder + " is in use by another gateway");
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining(folder + " is in use by another gateway");
            write(first.connection());
            // The refusal inside this process must not have cost the first one its lock.
            try (var third = GatewayProcess.start(folder)) {
                assertThat(third.said()).contains("is in use by another gateway");
            }
        }
    }

    @Test
    void it_says_the_end_of_the_log_when_the_server_does_not_start() throws Exception {
        EmbeddedPostgres.start(folder).close();
        Files.writeString(folder.resolve("cluster/postgresql.conf"), "no_such_setting = 1\n");
        assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                .hasMessageContaining("ended while starting")
                .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
    }

    Path pidFile() {
        return folder.resolve("cluster/postmaster.pid");
    }

    static void write(ConnectionDetails server) throws SQLException {
        try (Connection connection = PostgresForTests.open(server);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 'this' AS what");
        }
    }

    static String ask(EmbeddedPostgres postgres, String query) {
        try (Connection connection = PostgresForTests.open(postgres.connection());
                var statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
