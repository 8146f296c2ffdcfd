package dev.attachgateway.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** A running PostgreSQL and the port it listens on, on the loopback address only. */
record PostgresServer(Process watchdog, int port) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORTS_TRIED = 5;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final int STATUS_LINE = 7;

    /** Starts on a free port and returns when connections are accepted. */
    static PostgresServer start(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log) {
        return start(dataDirectory, postgresUser, log, PostgresServer::freePort);
    }

    static PostgresServer start(
            DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log, IntSupplier ports) {
        for (int tried = 1; ; tried++) {
            long mark = log.length();
            int port = ports.getAsInt();
            Process watchdog = PostgresWatchdog.over(postgresUser.running(words(dataDirectory, port)), log);
            if (accepts(dataDirectory, watchdog, log)) {
                return new PostgresServer(watchdog, port);
            }
            // Between looking for a free port and taking it, somebody else may have taken it.
            boolean taken = log.since(mark).contains("Address already in use");
            if (!taken || tried == PORTS_TRIED) {
                throw log.failure("PostgreSQL in " + dataDirectory.path() + " ended while starting");
            }
        }
    }

    String host() {
        return LOOPBACK;
    }

    private static String[] words(DataDirectory dataDirectory, int port) {
        return List.of(
                        dataDirectory.program("postgres").toString(),
                        "-D",
                        dataDirectory.cluster().toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=" + LOOPBACK,
                        "-c",
                        "unix_socket_directories=")
                .toArray(String[]::new);
    }

    /** Whether it came to accept connections; false when it has ended instead. */
    private static boolean accepts(DataDirectory dataDirectory, Process watchdog, PostgresLog log) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try {
            while (!isReady(dataDirectory.cluster().resolve("postmaster.pid"))) {
                if (watchdog.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
                if (System.nanoTime() > deadline) {
                    watchdog.getOutputStream().close();
                    throw log.failure("PostgreSQL in " + dataDirectory.path() + " accepts no connections after "
                            + READY_WITHIN.toSeconds() + " s");
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while PostgreSQL was starting.", e);
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL in " + dataDirectory.path() + " cannot be watched: " + e + ".", e);
        }
    }

    // PostgreSQL writes its state into the eighth line (its own pg_ctl looks there), so no connection is needed to ask.
    private static boolean isReady(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return false;
        }
        List<String> lines = Files.readAllLines(pidFile);
        return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StorageUnavailableException("No free port on " + LOOPBACK + ": " + e + ".", e);
        }
    }
}
