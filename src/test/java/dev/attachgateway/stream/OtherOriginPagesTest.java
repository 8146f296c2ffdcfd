package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.attachgateway.access.ticket.TicketCase;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.Browser;
import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Proves in a real browser that a page of an allowed origin follows with tickets, and a page of any other reads
 * nothing.
 */
@QuarkusTest
@TestProfile(OtherOriginPagesTest.AllowedOrigin.class)
@WithTestResource(PostgresForTests.class)
class OtherOriginPagesTest extends TicketCase {
    private static final String PORT = "test.page.port";

    private static Browser browser;
    private static HttpServer server;

    /** The page is served from a local port, so that the browser's origin is real. */
    public static class AllowedOrigin extends StreamRevocationTest.OwnGrants {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            var port = Fork.freePort();
            settings.put(PORT, Integer.toString(port));
            settings.put("access.origins", "http://127.0.0.1:" + port + "," + StreamRevocationTest.CONSOLE);
            return settings;
        }
    }

    @BeforeAll
    static void open() throws IOException {
        server = HttpServer.create(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        ConfigProvider.getConfig().getValue(PORT, Integer.class)),
                0);
        server.createContext("/", exchange -> {
            var page = FollowingPage.HTML.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        browser = Browser.start();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    /** Under another host name the same server is another origin, which is not allowed. */
    private static FollowingPage page(String host) {
        return new FollowingPage(
                browser.open("http://" + host + ":" + server.getAddress().getPort() + "/"));
    }

    private void start(FollowingPage page) {
        page.page()
                .evaluate(
                        "([address, token]) => startWithTickets(address, token)",
                        List.of(gateway.url() + eventWriter.path(), gateway.token("operator")));
    }

    @Test
    void a_page_of_an_allowed_origin_follows_and_resumes_after_a_network_loss() {
        var first = eventWriter.begin(paper);
        try (var page = page("127.0.0.1")) {
            start(page);
            page.await("operations.size === 1");
            var second = eventWriter.move(paper, "pending", "running");
            page.awaitReceived(first, second);

            page.page().context().setOffline(true);
            // The browser keeps open connections while offline; the gateway ends this one, as it would at a restart.
            grant(new GrantsFileForTests.Reading("viewer", "*"));
            grant(new GrantsFileForTests.Reading("operator", "*"), new GrantsFileForTests.Reading("viewer", "*"));
            page.await("state.stopped === null");
            var third = eventWriter.move(paper, "running", "success");
            page.page().context().setOffline(false);
            page.awaitReceived(first, third);
            assertThat(page.value("state.begins")).isEqualTo(1);
        }
    }

    @Test
    void a_page_of_another_origin_gets_no_ticket_and_reads_no_response() {
        eventWriter.begin(paper);
        try (var page = page("localhost")) {
            assertThat(page.value(
                            "fetch('" + gateway.url() + eventWriter.path() + "', {headers: {Authorization: 'Bearer "
                                    + gateway.token("operator") + "'}}).then(it => 'read', it => 'kept')"))
                    .isEqualTo("kept");
            page.value("window.found = new EventSource('" + gateway.url()
                    + ask(wish(
                                    eventWriter.path(),
                                    "http://127.0.0.1:" + server.getAddress().getPort()))
                            .text("url")
                    + "'), true");
            page.await("found.readyState === 2");
        }
    }
}
