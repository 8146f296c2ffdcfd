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

/** What a browser does at a login, step by step: it keeps cookies, follows no redirect by itself, and shows everything. */
public final class UserAgent {
    /** The session's cookie. */
    public static final String SESSION = "__Host-attach-gateway";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String gateway;
    private final Map<String, String> cookies = new TreeMap<>();

    /**
     * A browser without any cookie.
     *
     * @param gateway the gateway's origin
     */
    public UserAgent(String gateway) {
        this.gateway = gateway;
    }

    /** Those it would send, which a test may change. */
    public Map<String, String> cookies() {
        return cookies;
    }

    /** The header that carries them. */
    public String cookieHeader() {
        return cookies.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Asks the gateway at a path or a whole address. */
    public HttpResponse<String> get(String address, String... headers) {
        return send(request(address, headers).GET());
    }

    /** Posts nothing. */
    public HttpResponse<String> post(String address, String... headers) {
        return send(request(address, headers).POST(BodyPublishers.noBody()));
    }

    /** From the login's beginning to the address that the issuer sends the browser back to, which it does not visit yet. */
    public String agree(String user, String query) {
        var begun = get("/session/login" + query);
        if (begun.statusCode() != 302) {
            throw new AssertionError("no login: " + begun.statusCode() + " " + begun.body());
        }
        return choose(location(begun), user);
    }

    /** Chooses a user of the practice cloud at the address where the gateway sent the browser. */
    public static String choose(String authorization, String user) {
        var asked = URI.create(authorization);
        var form = asked.getRawQuery() + "&user=" + user;
        try {
            var agreed = HTTP.send(
                    HttpRequest.newBuilder(URI.create(authorization.substring(0, authorization.indexOf('?'))))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    BodyHandlers.ofString());
            return location(agreed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The whole login; the last answer. */
    public HttpResponse<String> login(String user) {
        return login(user, "");
    }

    public HttpResponse<String> login(String user, String query) {
        return get(agree(user, query));
    }

    /** Where an answer leads. */
    public static String location(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new AssertionError(answer.statusCode() + " leads nowhere: " + answer.body()));
    }

    /** What an answer sets. */
    public static List<HttpCookie> set(HttpResponse<?> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
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
            var answer = HTTP.send(request.build(), BodyHandlers.ofString());
            set(answer).forEach(cookie -> {
                if (cookie.getMaxAge() == 0) {
                    cookies.remove(cookie.getName());
                } else {
                    cookies.put(cookie.getName(), cookie.getValue());
                    if (cookie.getName().equals(SESSION)) {
                        Secrets.use(cookie.getValue());
                    }
                }
            });
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
