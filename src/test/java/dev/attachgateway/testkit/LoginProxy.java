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
 * A reverse proxy with a login in front of a gateway: it serves a page and forwards requests of the same origin with the
 * session's token. It records the requests, has small socket buffers, and its connections can be closed or become silent.
 */
public final class LoginProxy implements AutoCloseable {
    private static final int SOCKET_BUFFER_BYTES = 8 * 1024;
    private static final int CHUNK = 4 * 1024;
    private static final Pattern LAST_EVENT_ID = Pattern.compile("(?im)^last-event-id: *(.*)$");

    private final ServerSocket listener;
    private final int gatewayPort;
    private final String page;
    private final Supplier<String> login;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
    private volatile String token;
    private volatile boolean says502;

    /** A request to the gateway, and the status of its response; 0 if there was none. */
    public record Asked(String path, String lastEventId, int status) {}

    /**
     * A proxy with a session.
     *
     * @param page the content of {@code /}
     * @param login supplies the session's token, now and at each {@code POST /login}
     */
    public LoginProxy(int gatewayPort, String page, Supplier<String> login) {
        this.gatewayPort = gatewayPort;
        this.page = page;
        this.login = login;
        this.token = login.get();
        try {
            this.listener = new ServerSocket();
            // Accepted connections inherit the buffer size of the listener.
            listener.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("login-proxy").start(this::listen);
    }

    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** The requests that were forwarded to the gateway, in the order of their responses. */
    public List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    /** Closes all connections; new ones are accepted. */
    public void cut() {
        connections.forEach(Connection::close);
    }

    /** Stops forwarding on all open connections without closing them; new ones are accepted. */
    public void goDead() {
        connections.forEach(connection -> connection.dead = true);
    }

    /** Responds 502 from now on if the gateway is unreachable, instead of closing the connection. */
    public void say502() {
        says502 = true;
    }

    private void listen() {
        try {
            while (true) {
                var browser = listener.accept();
                Thread.ofVirtual().start(() -> serve(browser));
            }
        } catch (IOException _) {
            // The listener is closed.
        }
    }

    private void serve(Socket browser) {
        var connection = new Connection(browser);
        connections.add(connection);
        try {
            browser.setSendBufferSize(SOCKET_BUFFER_BYTES);
            var head = head(browser.getInputStream());
            if (head.startsWith("GET / ")) {
                respond(connection, "200 OK\r\nContent-Type: text/html; charset=utf-8", page);
            } else if (head.startsWith("POST /login ")) {
                token = login.get();
                respond(connection, "204 No Content", "");
            } else if (head.startsWith("GET /v1/")) {
                pass(connection, head);
            } else {
                respond(connection, "404 Not Found", "");
            }
        } catch (IOException _) {
            // One end has closed the connection.
        } finally {
            connection.close();
            connections.remove(connection);
        }
    }

    private static void respond(Connection connection, String head, String body) throws IOException {
        connection
                .browser
                .getOutputStream()
                .write(("HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body).getBytes(UTF_8));
    }

    private void pass(Connection connection, String head) throws IOException {
        var path = head.split(" ", 3)[1];
        var last = LAST_EVENT_ID.matcher(head);
        var lastId = last.find() ? last.group(1) : "";
        var gateway = new Socket();
        connection.gateway = gateway;
        gateway.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
        try {
            gateway.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gatewayPort));
        } catch (IOException _) {
            asked.add(new Asked(path, lastId, 0));
            if (says502) {
                respond(connection, "502 Bad Gateway", "");
            }
            return;
        }
        var sent = head.replaceAll("(?im)^(connection|authorization):.*\r\n", "")
                        .stripTrailing() + "\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        gateway.getOutputStream().write(sent.getBytes(UTF_8));
        var bytes = new byte[CHUNK];
        var isRecorded = false;
        for (var count = gateway.getInputStream().read(bytes);
                count >= 0 && !connection.dead;
                count = gateway.getInputStream().read(bytes)) {
            if (!isRecorded) {
                isRecorded = true;
                asked.add(new Asked(path, lastId, Integer.parseInt(new String(bytes, 9, 3, UTF_8))));
            }
            connection.browser.getOutputStream().write(bytes, 0, count);
        }
        connection.awaitCut();
    }

    private static String head(InputStream from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = from.read();
            if (next < 0) {
                throw new IOException("connection closed");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Connection {
        private final Socket browser;
        private volatile @Nullable Socket gateway;
        private volatile boolean dead;
        private boolean closed;

        Connection(Socket browser) {
            this.browser = browser;
        }

        /** Keeps both sockets of a silent connection open until it is closed. */
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
            } catch (IOException _) {
                // The socket is unusable in any case.
            }
        }
    }
}
