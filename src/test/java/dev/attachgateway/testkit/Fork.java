package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The resources reserved for one JVM of the test run: a folder and a range of ports. Surefire numbers its JVMs from 1 and
 * passes the number as the system property {@code test.fork}; without Surefire there is one JVM, with number 1.
 */
public final class Fork {
    /** Below the range of ephemeral ports of Linux (32768 to 60999 by default). */
    private static final int FIRST_PORT = 10_000;

    private static final int PORTS = 2_000;
    private static final int NUMBER = number(System.getProperty("test.fork", ""));

    /** Starts at a different offset in each JVM, so that a concurrent test run seldom tries the same port. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % PORTS));

    private Fork() {}

    // Without Surefire the pom's placeholder is not replaced.
    private static int number(String property) {
        return property.matches("\\d+") ? Integer.parseInt(property) : 1;
    }

    /** A path below {@code target} reserved for this JVM; creates the parent folder. */
    public static Path file(String name) {
        var file = Path.of("target", "fork-" + NUMBER, name).toAbsolutePath();
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /**
     * A free port from the range of this JVM.
     *
     * @throws IllegalStateException if all ports of the range are in use
     */
    public static int freePort() {
        for (var tried = 0; tried < PORTS; tried++) {
            var port = FIRST_PORT + (NUMBER - 1) % 10 * PORTS + NEXT.getAndIncrement() % PORTS;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port for JVM " + NUMBER + " of this test run");
    }

    private static boolean isFree(int port) {
        try (var any = new ServerSocket();
                var loopback = new ServerSocket()) {
            any.bind(new InetSocketAddress(port), 1);
            any.close();
            loopback.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Runs an action under a lock shared by all JVMs of this run; the lock is a file below {@code target}. */
    public static <T> T exclusively(String lock, Callable<T> action) {
        var file = Path.of("target", lock + ".lock").toAbsolutePath();
        try {
            Files.createDirectories(file.getParent());
            synchronized (Fork.class) {
                try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var _ = channel.lock()) {
                    return action.call();
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
