package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A browser at a login, step by step: it keeps cookies, follows no redirects, and exposes every response. */
public final class UserAgent {
    /** The name of the session cookie. */
    public static final String SESSION = "__Host-attach-gateway";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String gateway;
    private final Map<String, String> cookies = new TreeMap<>();

    /**
     * A browser without cookies.
     *
     * @param gateway the gateway's origin
     */
    public UserAgent(String gateway) {
        this.gateway = gateway;
    }

    /** The stored cookies, which a test may change. */
    public Map<String, String> cookies() {
        return cookies;
    }

    /** The value of the Cookie header. */
    public String cookieHeader() {
        return cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Sends a GET request to a path of the gateway or to a URL. */
    public HttpResponse<String> get(String address, String... headers) {
        return send(request(address, headers).GET());
    }

    /** Sends a POST request without a body. */
    public HttpResponse<String> post(String address, String... headers) {
        return send(request(address, headers).POST(BodyPublishers.noBody()));
    }

    /** Starts a login and returns the callback URL to which the issuer redirects, without requesting it. */
    public String agree(String user, String query) {
        var redirect = get("/session/login" + query);
        if (redirect.statusCode() != 302) {
            throw new AssertionError("no login: " + redirect.statusCode() + " " + redirect.body());
        }
        return choose(location(redirect), user);
    }

    /** Chooses a user of the sandbox at the authorization URL and returns the callback URL. */
    public static String choose(String authorization, String user) {
        var form = URI.create(authorization).getRawQuery() + "&user=" + user;
        try {
            var redirect = HTTP.send(
                    HttpRequest.newBuilder(URI.create(authorization.substring(0, authorization.indexOf('?'))))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    BodyHandlers.ofString());
            return location(redirect);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Logs in and returns the last response. */
    public HttpResponse<String> login(String user) {
        return login(user, "");
    }

    public HttpResponse<String> login(String user, String query) {
        return get(agree(user, query));
    }

    /** The Location header of a response; fails if it is absent. */
    public static String location(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Location")
                .orElseThrow(() -> new AssertionError(response.statusCode() + " without Location: " + response.body()));
    }

    /** The cookies that a response sets. */
    public static List<HttpCookie> set(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie").stream()
                .flatMap(header -> HttpCookie.parse(header).stream())
                .toList();
    }

    private HttpRequest.Builder request(String address, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(address.startsWith("/") ? gateway + address : address))
                .timeout(Duration.ofSeconds(20));
        if (!cookies.isEmpty()) {
            request.header("Cookie", cookieHeader());
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            set(response).forEach(cookie -> {
                if (cookie.getMaxAge() == 0) {
                    cookies.remove(cookie.getName());
                } else {
                    cookies.put(cookie.getName(), cookie.getValue());
                    if (cookie.getName().equals(SESSION)) {
                        Secrets.use(cookie.getValue());
                    }
                }
            });
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
