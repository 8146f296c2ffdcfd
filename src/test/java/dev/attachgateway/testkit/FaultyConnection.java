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
 * The line between a gateway and its PostgreSQL, or a client and its gateway, which can be refused, held, or cut at the
 * moment at which a commit is done and its answer is not home yet.
 */
public final class FaultyConnection implements AutoCloseable {
    private static final byte[] COMMIT = "COMMIT".getBytes(StandardCharsets.US_ASCII);
    private static final int CHUNK = 64 * 1024;

    private enum State {
        PASSING,
        HELD,
        REFUSED
    }

    private final ServerSocket door;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger toCut = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final AtomicInteger toLose = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile ConnectionDetails target;
    private State state = State.PASSING;

    /** A line that passes everything. */
    public FaultyConnection(ConnectionDetails target) {
        this.target = target;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("lossy-line").start(this::listen);
    }

    /** A line to anything else on this machine that listens on a port. */
    public static FaultyConnection to(int port) {
        return new FaultyConnection(new ConnectionDetails("127.0.0.1", port, "", "", ""));
    }

    /** Where clients of a web server reach it over this line, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** How many connections there are now. */
    public int connections() {
        return pairs.size();
    }

    /** What a gateway is given in place of the database's own address. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(
                "127.0.0.1", door.getLocalPort(), target.database(), target.username(), target.password());
    }

    /** Where new connections lead from now on. */
    public void leadTo(ConnectionDetails other) {
        target = other;
    }

    /** Everything passes, what was held included. */
    public synchronized void pass() {
        state = State.PASSING;
        notifyAll();
    }

    /** Nothing passes, and nobody is told. */
    public synchronized void hold() {
        state = State.HELD;
    }

    /** All connections are closed, and new ones at once. */
    public synchronized void refuse() {
        state = State.REFUSED;
        notifyAll();
        pairs.forEach(Pair::close);
    }

    /** So many of the next commits are carried out, and their answers lost with the connection. */
    public void cutAfterCommits(int count) {
        toCut.set(count);
    }

    /** How many commits' answers were lost so far. */
    public int cut() {
        return cut.get();
    }

    /** So many of the next answers are lost, whatever they are to, and their connections with them. */
    public void loseAnswers(int count) {
        toLose.set(count);
    }

    /** How many of those were lost so far. */
    public int lost() {
        return lost.get();
    }

    /** How many new connections were closed at once so far. */
    public int refused() {
        return refused.get();
    }

    private void listen() {
        try {
            while (true) {
                var caller = door.accept();
                synchronized (this) {
                    if (state == State.REFUSED) {
                        refused.incrementAndGet();
                        caller.close();
                        continue;
                    }
                }
                Thread.ofVirtual().start(() -> connect(caller));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket caller) {
        try {
            var pair = new Pair(caller, new Socket(target.host(), target.port()));
            pairs.add(pair);
            Thread.ofVirtual().start(() -> pump(pair, true));
            pump(pair, false);
        } catch (IOException e) {
            try {
                caller.close();
            } catch (IOException ignored) {
                // It is gone either way.
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
                if (toServer && contains(chunk) && toCut.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    pair.doomed = true;
                }
                if (!toServer && pair.doomed && contains(chunk)) {
                    cut.incrementAndGet();
                    break;
                }
                if (!toServer && toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    lost.incrementAndGet();
                    break;
                }
                to.getOutputStream().write(chunk);
                to.getOutputStream().flush();
            }
        } catch (IOException e) {
            // Either end has hung up.
        } finally {
            pair.close();
            pairs.remove(pair);
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

    private static boolean contains(byte[] chunk) {
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
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Pair {
        private final Socket caller;
        private final Socket server;
        private volatile boolean doomed;

        Pair(Socket caller, Socket server) {
            this.caller = caller;
            this.server = server;
        }

        void close() {
            for (var end : new Socket[] {caller, server}) {
                try {
                    end.close();
                } catch (IOException e) {
                    // It is gone either way.
                }
            }
        }
    }
}
