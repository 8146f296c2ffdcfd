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
    private static final int MAX_ATTEMPTS = 5;
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
    private static final int STATUS_LINE_INDEX = 7;

    /** Starts on a free port and returns when connections are accepted. */
    static PostgresServer start(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log) {
        return start(dataDirectory, postgresUser, log, PostgresServer::findFreePort);
    }

    static PostgresServer start(
            DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log, IntSupplier ports) {
        for (int attempt = 1; ; attempt++) {
            long logPosition = log.length();
            int port = ports.getAsInt();
            Process watchdog = PostgresWatchdog.start(postgresUser.wrapCommand(commandLine(dataDirectory, port)), log);
            if (awaitReady(dataDirectory, watchdog, log)) {
                return new PostgresServer(watchdog, port);
            }
            // Another process may bind the free port before PostgreSQL does.
            boolean portTaken = log.readSince(logPosition).contains("Address already in use");
            if (!portTaken || attempt == MAX_ATTEMPTS) {
                throw log.exceptionWithTail("PostgreSQL in " + dataDirectory.path() + " ended while starting");
            }
        }
    }

    String host() {
        return LOOPBACK;
    }

    private static String[] commandLine(DataDirectory dataDirectory, int port) {
        return List.of(
                        dataDirectory.programFile("postgres").toString(),
                        "-D",
                        dataDirectory.clusterDirectory().toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=" + LOOPBACK,
                        "-c",
                        "unix_socket_directories=")
                .toArray(String[]::new);
    }

    /** Waits until the server accepts connections; false when it has ended instead. */
    private static boolean awaitReady(DataDirectory dataDirectory, Process watchdog, PostgresLog log) {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        try {
            while (!isReady(dataDirectory.clusterDirectory().resolve("postmaster.pid"))) {
                if (watchdog.waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
                if (System.nanoTime() > deadline) {
                    watchdog.getOutputStream().close();
                    throw log.exceptionWithTail("PostgreSQL in " + dataDirectory.path()
                            + " accepts no connections after " + READY_TIMEOUT.toSeconds() + " s");
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while PostgreSQL was starting.", e);
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL in " + dataDirectory.path() + " cannot be monitored: " + e + ".", e);
        }
    }

    // PostgreSQL writes its state into the eighth line, which pg_ctl reads as well, so no connection is needed.
    private static boolean isReady(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return false;
        }
        List<String> lines = Files.readAllLines(pidFile);
        return lines.size() > STATUS_LINE_INDEX
                && lines.get(STATUS_LINE_INDEX).strip().equals("ready");
    }

    static int findFreePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StorageUnavailableException("No free port on " + LOOPBACK + ": " + e + ".", e);
        }
    }
}
