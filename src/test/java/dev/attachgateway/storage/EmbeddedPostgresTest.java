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

/** The embedded PostgreSQL is durable and private, and its lifetime is that of its gateway. */
class EmbeddedPostgresTest {
    @TempDir
    Path temporary;

    Path folder = Path.of("");

    @BeforeEach
    void createFolder() throws Exception {
        folder = Folders.withPrograms(temporary);
    }

    @Test
    void data_survives_a_restart() throws Exception {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            write(postgres.connectionDetails());
        }
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "select what from kept")).isEqualTo("this");
        }
    }

    @Test
    void commits_are_durable_and_data_pages_have_checksums() {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "show fsync")).isEqualTo("on");
            assertThat(query(postgres, "show full_page_writes")).isEqualTo("on");
            assertThat(query(postgres, "show synchronous_commit")).isEqualTo("on");
            assertThat(query(postgres, "show data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void connections_need_the_loopback_address_and_the_password() throws Exception {
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(postgres, "show unix_socket_directories")).isEmpty();
            var real = postgres.connectionDetails();
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
            assertThat(query(postgres, "show server_encoding")).isEqualTo("UTF8");
            assertThat(query(postgres, "select datcollate from pg_database where datname = current_database()"))
                    .isEqualTo("C");
        }
    }

    @Test
    void the_server_of_a_killed_gateway_stops_and_its_data_survives() throws Exception {
        int port;
        try (var gateway = GatewayProcess.start(folder)) {
            port = gateway.port();
            write(new ConnectionDetails(
                    "127.0.0.1",
                    port,
                    PostgresCluster.DATABASE,
                    PostgresCluster.SUPERUSER,
                    PostgresCluster.readPassword(DataDirectory.openOrCreate(folder))));
            gateway.kill();
        }
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !isListening(port));
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !Files.exists(pidFile()));
        try (var postgres = EmbeddedPostgres.start(folder)) {
            assertThat(query(postgres, "select what from kept")).isEqualTo("this");
        }
    }

    @Test
    void a_gateway_started_right_after_a_kill_waits_for_the_old_server() throws Exception {
        try (var gateway = GatewayProcess.start(folder)) {
            gateway.kill();
        }
        try (var postgres = EmbeddedPostgres.start(folder)) {
            write(postgres.connectionDetails());
        }
    }

    @Test
    void a_second_gateway_on_the_same_folder_is_rejected() throws Exception {
        try (var first = EmbeddedPostgres.start(folder);
                var second = GatewayProcess.start(folder)) {
            assertThat(second.firstLine()).contains(folder + " is in use by another gateway");
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining(folder + " is in use by another gateway");
            write(first.connectionDetails());
            // The rejection inside this process must not release the lock of the first gateway.
            try (var third = GatewayProcess.start(folder)) {
                assertThat(third.firstLine()).contains("is in use by another gateway");
            }
        }
    }

    @Test
    void a_failed_start_reports_the_tail_of_the_server_log() throws Exception {
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
            statement.execute("create table kept as select 'this' as what");
        }
    }

    static String query(EmbeddedPostgres postgres, String sql) {
        try (Connection connection = PostgresForTests.open(postgres.connectionDetails());
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
