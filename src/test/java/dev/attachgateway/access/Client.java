package dev.attachgateway.access;

import dev.attachgateway.testkit.Timeouts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** A client of the gateway under test. */
public final class Client {
    public static final String PROJECT = "0123456789abcdef0123456789abcdef";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Client() {}

    public static HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** A GET by HTTP/1.1. */
    public static HttpResponse<String> plainly(String path, String... headers) {
        return send(request(path)
                .version(HttpClient.Version.HTTP_1_1)
                .headers(headers)
                .build());
    }

    public static HttpResponse<String> getAs(String token, String path) {
        return get(path, "Authorization", Tokens.bearer(token));
    }

    /** Sends an attach to the {@link ProtectedResource}. */
    public static HttpResponse<String> attach(String token) {
        return send(
                "POST",
                "/v1/" + PROJECT + "/door",
                "application/json",
                "{\"volume_id\":\"d\"}",
                "Authorization",
                Tokens.bearer(token));
    }

    public static HttpResponse<String> send(
            String method, String path, String contentType, String body, String... headers) {
        HttpRequest.Builder request =
                request(path).method(method, BodyPublishers.ofString(body)).header("Content-Type", contentType);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** The head of the response to a request whose body is announced by its length and never sent. */
    static String announcing(String path, long length, String... header) {
        var gateway = URI.create(Tokens.setting("test.url"));
        try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
            socket.setSoTimeout(10_000);
            String head =
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n"
                            .formatted(path, length, header[0], header[1]);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            var response =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return response.lines().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new AssertionError("No response", e);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(Tokens.setting("test.url") + path))
                .timeout(Timeouts.CONDITION);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("No response", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }
}
