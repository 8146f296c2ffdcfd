package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.PrimitiveIterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
    @TempDir
    Path temporary;

    @Test
    void a_port_that_somebody_took_meanwhile_costs_one_more_try() throws Exception {
        Path path = Folders.withPrograms(temporary);
        EmbeddedPostgres.start(path).close();
        DataDirectory dataDirectory = DataDirectory.at(path);
        PostgresLog log = PostgresLog.in(dataDirectory);
        PostgresUser postgresUser = PostgresUser.find(dataDirectory, new PostgresCommand(log, Duration.ofSeconds(30)));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = PostgresServer.freePort();
            PrimitiveIterator.OfInt ports =
                    IntStream.of(taken.getLocalPort(), free).iterator();
            PostgresServer server = PostgresServer.start(dataDirectory, postgresUser, log, ports::nextInt);
            assertThat(server.port()).isEqualTo(free);
            server.watchdog().getOutputStream().close();
            assertThat(server.watchdog().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
