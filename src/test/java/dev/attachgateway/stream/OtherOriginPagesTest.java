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

/** A page of another origin in a real browser: a listed one follows with tickets, and any other learns nothing. */
@QuarkusTest
@TestProfile(OtherOriginPagesTest.Listed.class)
@WithTestResource(PostgresForTests.class)
class OtherOriginPagesTest extends TicketCase {
    private static final String PORT = "test.page.port";

    private static Browser browser;
    private static HttpServer server;

    /** The page's origin is one of this machine, so that the browser is told nothing but the truth. */
    public static class Listed extends StreamRevocationTest.OwnGrants {
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

    /** At another name of this machine the same server is another origin, which is not listed. */
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
    void one_that_is_listed_follows_and_after_a_lost_network_goes_on_where_it_was() {
        var first = eventWriter.begin(paper);
        try (var page = page("127.0.0.1")) {
            start(page);
            page.await("operations.size === 1");
            var second = eventWriter.move(paper, "pending", "running");
            page.awaitTold(first, second);

            page.page().context().setOffline(true);
            // What the browser has open stays open; the gateway ends it, as it would at a restart.
            grant(new GrantsFileForTests.Reading("viewer", "*"));
            grant(new GrantsFileForTests.Reading("operator", "*"), new GrantsFileForTests.Reading("viewer", "*"));
            page.await("story.stopped === null");
            var third = eventWriter.move(paper, "running", "success");
            page.page().context().setOffline(false);
            page.awaitTold(first, third);
            assertThat(page.value("story.begins")).isEqualTo(1);
        }
    }

    @Test
    void one_that_is_not_listed_gets_no_ticket_and_reads_no_answer() {
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
