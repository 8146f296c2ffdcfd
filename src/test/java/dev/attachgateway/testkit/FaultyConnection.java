package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy between a gateway and its PostgreSQL, or a client and its gateway, that can refuse connections, hold their
 * bytes, or close a connection after a commit is done and before its response is delivered.
 */
public final class FaultyConnection implements AutoCloseable {
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);
    private static final int CHUNK = 64 * 1024;

    private enum State {
        PASSING,
        HELD,
        REFUSED
    }

    private final ServerSocket listener;
    private final Set<Pair> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger responsesToCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger responsesToLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile ConnectionDetails target;
    private State state = State.PASSING;

    /** A proxy that passes everything. */
    public FaultyConnection(ConnectionDetails target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("faulty-connection").start(this::listen);
    }

    /** A proxy to another server on a port of this machine. */
    public static FaultyConnection to(int port) {
        return new FaultyConnection(new ConnectionDetails("127.0.0.1", port, "", "", ""));
    }

    /** The URL of a web server behind this proxy, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** The number of open connections. */
    public int connections() {
        return connections.size();
    }

    /** The connection details of the database behind this proxy. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(
                "127.0.0.1", listener.getLocalPort(), target.database(), target.username(), target.password());
    }

    /** Sets the target of new connections. */
    public void leadTo(ConnectionDetails other) {
        target = other;
    }

    /** Passes everything, including bytes that were held. */
    public synchronized void pass() {
        state = State.PASSING;
        notifyAll();
    }

    /** Holds all bytes without closing the connections. */
    public synchronized void hold() {
        state = State.HELD;
    }

    /** Closes all connections, and new ones immediately. */
    public synchronized void refuse() {
        state = State.REFUSED;
        notifyAll();
        connections.forEach(Pair::close);
    }

    /** Lets the next {@code count} commits reach the server and closes their connections before the response. */
    public void cutAfterCommits(int count) {
        responsesToCut.set(count);
    }

    /** The number of connections closed after a commit so far. */
    public int cut() {
        return cut.get();
    }

    /** Drops the next {@code count} responses of any kind and closes their connections. */
    public void loseAnswers(int count) {
        responsesToLose.set(count);
    }

    /** The number of responses dropped by {@link #loseAnswers} so far. */
    public int lost() {
        return lost.get();
    }

    /** The number of new connections closed immediately so far. */
    public int refused() {
        return refused.get();
    }

    private void listen() {
        try {
            while (true) {
                var caller = listener.accept();
                synchronized (this) {
                    if (state == State.REFUSED) {
                        refused.incrementAndGet();
                        caller.close();
                        continue;
                    }
                }
                Thread.ofVirtual().start(() -> connect(caller));
            }
        } catch (IOException _) {
            // The listener is closed.
        }
    }

    private void connect(Socket caller) {
        try {
            var pair = new Pair(caller, new Socket(target.host(), target.port()));
            connections.add(pair);
            Thread.ofVirtual().start(() -> pump(pair, true));
            pump(pair, false);
        } catch (IOException _) {
            try {
                caller.close();
            } catch (IOException _) {
                // The socket is unusable in any case.
            }
        }
    }

    private void pump(Pair pair, boolean toServer) {
        var from = toServer ? pair.caller : pair.server;
        var to = toServer ? pair.server : pair.caller;
        var bytes = new byte[CHUNK];
        try {
            for (var count = from.getInputStream().read(bytes);
                    count >= 0;
                    count = from.getInputStream().read(bytes)) {
                awaitPassing();
                var chunk = Arrays.copyOf(bytes, count);
                if (toServer
                        && containsCommit(chunk)
                        && responsesToCut.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    pair.isToBeCut = true;
                }
                if (!toServer && pair.isToBeCut && containsCommit(chunk)) {
                    cut.incrementAndGet();
                    break;
                }
                if (!toServer && responsesToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    lost.incrementAndGet();
                    break;
                }
                to.getOutputStream().write(chunk);
                to.getOutputStream().flush();
            }
        } catch (IOException _) {
            // One end has closed the connection.
        } finally {
            pair.close();
            connections.remove(pair);
        }
    }

    private synchronized void awaitPassing() throws IOException {
        try {
            while (state == State.HELD) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static boolean containsCommit(byte[] chunk) {
        for (var from = 0; from + COMMIT.length <= chunk.length; from++) {
            if (Arrays.equals(chunk, from, from + COMMIT.length, COMMIT, 0, COMMIT.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        refuse();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Pair {
        private final Socket caller;
        private final Socket server;
        private volatile boolean isToBeCut;

        Pair(Socket caller, Socket server) {
            this.caller = caller;
            this.server = server;
        }

        void close() {
            for (var end : new Socket[] {caller, server}) {
                try {
                    end.close();
                } catch (IOException _) {
                    // The socket is unusable in any case.
                }
            }
        }
    }
}
