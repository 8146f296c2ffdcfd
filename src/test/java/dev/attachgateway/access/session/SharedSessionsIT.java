package dev.attachgateway.access.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.FrontProxy;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.Replicas;
import dev.attachgateway.testkit.UserAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and tickets are shared by two gateway processes on one database. */
@Timeout(120)
class SharedSessionsIT {
    private static final String OPERATIONS = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";

    @TempDir
    static Path folder;

    private static Replicas replicas;
    private static GatewayClient first;
    private static GatewayClient second;

    @BeforeAll
    static void start() throws IOException {
        var key = Files.writeString(folder.resolve("key"), "one-key-for-all-replicas-of-this-gateway");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        replicas = Replicas.start(folder.resolve("replicas"), Map.of("ACCESS_SESSION_KEY_FILE", key.toString()));
        first = replicas.doors().getFirst();
        second = replicas.doors().getLast();
    }

    @AfterAll
    static void stop() {
        replicas.close();
    }

    private static UserAgent loggedIn(GatewayClient gateway) {
        var browser = new UserAgent(gateway.url());
        assertThat(browser.login("operator").statusCode()).isEqualTo(303);
        return browser;
    }

    private static int status(GatewayClient gateway, UserAgent browser) {
        return gateway.get(OPERATIONS, "Cookie", browser.cookieHeader()).status();
    }

    @Test
    void a_login_can_start_at_one_replica_and_complete_at_another() throws IOException {
        var http = """
                server {
                listen 127.0.0.1:PORT;
                proxy_set_header Host $http_host;
                location = /session/login { proxy_pass %s; }
                location = /session/callback { proxy_pass %s; }
                }
                """.formatted(first.url(), second.url());
        try (var proxy = FrontProxy.nginx(Files.createDirectories(folder.resolve("nginx")), http)) {
            var browser = new UserAgent(proxy.url());
            assertThat(browser.login("operator").statusCode()).isEqualTo(303);
            assertThat(List.of(status(first, browser), status(second, browser))).containsOnly(200);
        }
    }

    @Test
    void a_logout_at_one_replica_takes_effect_at_the_other_and_ends_its_streams() {
        var browser = loggedIn(first);
        var otherBrowser = loggedIn(first);
        assertThat(status(second, browser)).isEqualTo(200);
        var cookie = browser.cookieHeader();
        try (var stream = second.stream(OPERATIONS, "Cookie", cookie);
                var other = second.stream(OPERATIONS, "Cookie", otherBrowser.cookieHeader())) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(other.status()).isEqualTo(200);
            assertThat(browser.post("/session/logout", "X-Requested-With", "fetch")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(second.get(OPERATIONS, "Cookie", cookie).status()).isEqualTo(401);
            stream.toEnd();
            assertThat(status(second, otherBrowser)).isEqualTo(200);
        }
    }

    @Test
    void a_ticket_presented_concurrently_to_both_replicas_opens_one_stream() throws Exception {
        for (var round = 0; round < 10; round++) {
            var url = ticket();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var opened = IntStream.range(0, 8)
                        .mapToObj(i -> threads.submit(() -> open(i % 2 == 0 ? first : second, url)))
                        .toList();
                var statuses = new ArrayList<Integer>();
                for (var status : opened) {
                    statuses.add(status.get());
                }
                assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 401);
            }
        }
    }

    @Test
    void a_ticket_of_a_session_ended_at_another_replica_is_rejected() {
        var browser = loggedIn(first);
        var ticket = first.send(
                "POST",
                OPERATIONS + "/tickets",
                ticketRequest(),
                "Cookie",
                browser.cookieHeader(),
                "X-Requested-With",
                "fetch");
        var elsewhere = new UserAgent(second.url());
        elsewhere.cookies().putAll(browser.cookies());
        assertThat(elsewhere
                        .post("/session/logout", "X-Requested-With", "fetch")
                        .statusCode())
                .isEqualTo(204);
        assertThat(open(second, ticket.text("url"))).isEqualTo(401);
    }

    private static String ticket() {
        return first.send("POST", OPERATIONS + "/tickets", ticketRequest(), first.withToken("operator"))
                .text("url");
    }

    private static String ticketRequest() {
        return "{\"path\":\"" + OPERATIONS + "\",\"origin\":\"" + first.url() + "\"}";
    }

    private static int open(GatewayClient gateway, String url) {
        try (var stream = gateway.stream(url, "Origin", first.url())) {
            return stream.status();
        }
    }
}
