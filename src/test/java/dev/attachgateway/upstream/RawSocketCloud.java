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

/**
 * A stub cloud on a raw socket: it records complete requests and sends a configured response, or closes after reading.
 */
public final class RawSocketCloud implements QuarkusTestResourceLifecycleManager {
    public static final List<String> REQUESTS = new CopyOnWriteArrayList<>();
    public static final List<String> DATES = new CopyOnWriteArrayList<>();
    public static final AtomicInteger CONNECTIONS = new AtomicInteger();

    /** The raw response to each request after the successful ones; null closes the connection instead. */
    private static volatile @Nullable String response;

    private static final AtomicInteger REMAINING_SUCCESSES = new AtomicInteger();
    private @Nullable ServerSocket serverSocket;

    /**
     * Clears the recorded requests and configures the next responses.
     *
     * @param successes the number of requests that get a successful response first
     * @param rawResponse the raw response to all later requests; null closes the connection instead
     */
    public static void respondWith(int successes, @Nullable String rawResponse) {
        REMAINING_SUCCESSES.set(successes);
        response = rawResponse;
        REQUESTS.clear();
        DATES.clear();
        CONNECTIONS.set(0);
    }

    /** A raw JSON response; each of the given headers ends with a line break. */
    public static String rawResponse(String statusLine, String headers, String body) {
        return "HTTP/1.1 " + statusLine + "\r\n" + headers + "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Override
    public Map<String, String> start() {
        try {
            var socket = new ServerSocket(0);
            serverSocket = socket;
            Thread.ofVirtual().start(() -> accept(socket));
            return Map.of("raw.cloud", "http://localhost:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        try {
            if (serverSocket != null) {
                serverSocket.close();
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
            } catch (IOException _) {
                return; // the server socket is closed
            }
        }
    }

    private static void serve(Socket connection) {
        try (connection;
                var in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            String requestLine;
            while ((requestLine = in.readLine()) != null) {
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
                REQUESTS.add(requestLine);
                var rawResponse = REMAINING_SUCCESSES.getAndDecrement() > 0
                        ? rawResponse("200 OK", "", runningServer(requestLine))
                        : response;
                if (rawResponse == null) {
                    return;
                }
                connection.getOutputStream().write(rawResponse.getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
            }
        } catch (IOException _) {
            // The client closed the connection.
        }
    }

    /** The document of the server that the path of the request names. */
    private static String runningServer(String requestLine) {
        var path = requestLine.split(" ", -1)[1];
        return "{\"id\":\"" + path.substring(path.lastIndexOf('/') + 1) + "\",\"status\":\"RUNNING\"}";
    }
}
