package dev.attachgateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a gateway where people log in: it serves a page, and sends the requests of the same origin on with
 * the session's token. It notes what was asked, keeps little of what is not read, and its lines can be cut or go dead.
 */
public final class LoginProxy implements AutoCloseable {
    private static final int SMALL = 8 * 1024;
    private static final int CHUNK = 4 * 1024;
    private static final Pattern LAST = Pattern.compile("(?im)^last-event-id: *(.*)$");

    private final ServerSocket door;
    private final int gatewayPort;
    private final String page;
    private final Supplier<String> login;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile String token;
    private volatile boolean says502;

    /** A request for the gateway, and the status of its answer; 0 where there was none. */
    public record Asked(String path, String lastEventId, int status) {}

    /**
     * A proxy with a session.
     *
     * @param page what {@code /} shows
     * @param login gives the session's token, now and at each {@code POST /login}
     */
    public LoginProxy(int gatewayPort, String page, Supplier<String> login) {
        this.gatewayPort = gatewayPort;
        this.page = page;
        this.login = login;
        this.token = login.get();
        try {
            this.door = new ServerSocket();
            // Accepted connections have what their door has.
            door.setReceiveBufferSize(SMALL);
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("login-proxy").start(this::listen);
    }

    public String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** The requests that went on to the gateway, in the order of their answers. */
    public List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    /** Closes all connections; new ones are let through. */
    public void cut() {
        lines.forEach(Line::close);
    }

    /** Nothing passes on the connections there are, and neither end is told; new ones are let through. */
    public void goDead() {
        lines.forEach(line -> line.dead = true);
    }

    /** From now on it answers 502 itself when the gateway is away; before that it hangs up. */
    public void say502() {
        says502 = true;
    }

    private void listen() {
        try {
            while (true) {
                var browser = door.accept();
                Thread.ofVirtual().start(() -> serve(browser));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket browser) {
        var line = new Line(browser);
        lines.add(line);
        try {
            browser.setSendBufferSize(SMALL);
            var head = head(browser.getInputStream());
            if (head.startsWith("GET / ")) {
                answer(line, "200 OK\r\nContent-Type: text/html; charset=utf-8", page);
            } else if (head.startsWith("POST /login ")) {
                token = login.get();
                answer(line, "204 No Content", "");
            } else if (head.startsWith("GET /v1/")) {
                pass(line, head);
            } else {
                answer(line, "404 Not Found", "");
            }
        } catch (IOException e) {
            // Either end has hung up.
        } finally {
            line.close();
            lines.remove(line);
        }
    }

    private static void answer(Line line, String head, String body) throws IOException {
        line.browser
                .getOutputStream()
                .write(("HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body).getBytes(UTF_8));
    }

    private void pass(Line line, String head) throws IOException {
        var path = head.split(" ", 3)[1];
        var last = LAST.matcher(head);
        var lastId = last.find() ? last.group(1) : "";
        var gateway = new Socket();
        line.gateway = gateway;
        gateway.setReceiveBufferSize(SMALL);
        try {
            gateway.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
        } catch (IOException e) {
            asked.add(new Asked(path, lastId, 0));
            if (says502) {
                answer(line, "502 Bad Gateway", "");
            }
            return;
        }
        var sent = head.replaceAll("(?im)^(connection|authorization):.*\r\n", "")
                        .stripTrailing() + "\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        gateway.getOutputStream().write(sent.getBytes(UTF_8));
        var bytes = new byte[CHUNK];
        var noted = false;
        for (var count = gateway.getInputStream().read(bytes);
                count >= 0 && !line.dead;
                count = gateway.getInputStream().read(bytes)) {
            if (!noted) {
                noted = true;
                asked.add(new Asked(path, lastId, Integer.parseInt(new String(bytes, 9, 3, UTF_8))));
            }
            line.browser.getOutputStream().write(bytes, 0, count);
        }
        line.awaitCut();
    }

    private static String head(InputStream from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = from.read();
            if (next < 0) {
                throw new IOException("hung up");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        cut();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Line {
        private final Socket browser;
        private volatile @Nullable Socket gateway;
        private volatile boolean dead;
        private boolean closed;

        Line(Socket browser) {
            this.browser = browser;
        }

        /** Of a dead line both ends stay as they are until somebody cuts it. */
        synchronized void awaitCut() throws IOException {
            try {
                while (dead && !closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        synchronized void close() {
            closed = true;
            notifyAll();
            closeQuietly(browser);
            var other = gateway;
            if (other != null) {
                closeQuietly(other);
            }
        }

        private static void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
