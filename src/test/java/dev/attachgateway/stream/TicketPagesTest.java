package dev.attachgateway.stream;

import com.microsoft.playwright.Route;
import dev.attachgateway.access.ticket.TicketCase;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.Browser;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Proves that a ticket works in a real browser for a page of the gateway's own origin, where the browser sends no
 * Origin.
 */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketPagesTest extends TicketCase {
    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = Browser.start();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Serves a page at this origin from the test; the page's own requests go to the gateway itself. */
    private static FollowingPage page(String origin) {
        var page = new FollowingPage(browser.open("about:blank"));
        page.page()
                .route(
                        origin + "/page",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("text/html")
                                .setBody(FollowingPage.HTML)));
        page.page().navigate(origin + "/page");
        return page;
    }

    private String urlFor(String origin) {
        return gateway.url() + ask(wish(eventWriter.path(), origin)).text("url");
    }

    @Test
    void a_page_of_the_gateways_own_origin_can_use_a_ticket_once() {
        try (var page = page(gateway.url())) {
            page.value("window.one = new EventSource('" + urlFor(gateway.url()) + "'), true");
            page.await("one.readyState === 1");
            page.value("window.again = new EventSource(one.url), true");
            page.await("again.readyState === 2");
        }
    }
}
