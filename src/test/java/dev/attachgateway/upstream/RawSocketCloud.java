package dev.attachgateway.upstream;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server that is nothing but a socket: it counts whole requests and answers as it is told, or closes after reading. */
public final class RawSocketCloud implements QuarkusTestResourceLifecycleManager {
    public static final List<String> REQUESTS = new CopyOnWriteArrayList<>();
    public static final List<String> DATES = new CopyOnWriteArrayList<>();
    public static final AtomicInteger CONNECTIONS = new AtomicInteger();

    /** What is written for each request, after as many good answers as said; null closes the connection instead. */
    private static volatile @Nullable String answer;

    private static final AtomicInteger GOOD_FIRST = new AtomicInteger();
    private @Nullable ServerSocket listening;

    public static void answers(int goodFirst, @Nullable String raw) {
        GOOD_FIRST.set(goodFirst);
        answer = raw;
        REQUESTS.clear();
        DATES.clear();
        CONNECTIONS.set(0);
    }

    public static String raw(String statusLine, String headers, String body) {
        return "HTTP/1.1 " + statusLine + "\r\n" + headers + "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Override
    public Map<String, String> start() {
        try {
            var socket = new ServerSocket(0);
            listening = socket;
            Thread.ofVirtual().start(() -> accept(socket));
            return Map.of("raw.cloud", "http://localhost:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        try {
            if (listening != null) {
                listening.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void accept(ServerSocket socket) {
        while (true) {
            try {
                var connection = socket.accept();
                CONNECTIONS.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection;
                var in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            String first;
            while ((first = in.readLine()) != null) {
                var length = 0;
                for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    var value = line.substring(line.indexOf(':') + 1).strip();
                    switch (line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT)) {
                        case "content-length" -> length = Integer.parseInt(value);
                        case "x-sdk-date" -> DATES.add(value);
                        default -> {}
                    }
                }
                for (var i = 0; i < length; i++) {
                    if (in.read() < 0) {
                        return;
                    }
                }
                REQUESTS.add(first);
                var said = GOOD_FIRST.getAndDecrement() > 0 ? raw("200 OK", "", "{\"status\":\"RUNNING\"}") : answer;
                if (said == null) {
                    return;
                }
                connection.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The other side went away.
        }
    }
}
