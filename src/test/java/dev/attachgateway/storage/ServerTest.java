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

/** The server start retries with another port when its port is taken. */
class ServerTest {
    @TempDir
    Path temporary;

    @Test
    void a_port_taken_by_another_process_causes_one_more_attempt() throws Exception {
        Path path = Folders.withPrograms(temporary);
        EmbeddedPostgres.start(path).close();
        var dataDirectory = DataDirectory.openOrCreate(path);
        var log = PostgresLog.of(dataDirectory);
        var postgresUser = PostgresUser.findUsable(dataDirectory, new PostgresCommand(log, Duration.ofSeconds(30)));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = PostgresServer.findFreePort();
            PrimitiveIterator.OfInt ports =
                    IntStream.of(taken.getLocalPort(), free).iterator();
            var server = PostgresServer.start(dataDirectory, postgresUser, log, ports::nextInt);
            assertThat(server.port()).isEqualTo(free);
            server.watchdog().getOutputStream().close();
            assertThat(server.watchdog().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
