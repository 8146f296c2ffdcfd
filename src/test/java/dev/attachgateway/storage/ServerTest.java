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
        Folder folder = Folder.at(path);
        ServerLog log = ServerLog.in(folder);
        Account account = Account.find(folder, new Command(log, Duration.ofSeconds(30)));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = Server.freePort();
            PrimitiveIterator.OfInt ports =
                    IntStream.of(taken.getLocalPort(), free).iterator();
            Server server = Server.start(folder, account, log, ports::nextInt);
            assertThat(server.port()).isEqualTo(free);
            server.watchdog().getOutputStream().close();
            assertThat(server.watchdog().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
