package dev.attachgateway.access.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.browser.CsrfProtection;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.testkit.UserAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A session authenticates its user, but no request of another site, none after the logout and none after its expiry.
 */
@QuarkusTest
@TestProfile(SessionProfile.class)
@WithTestResource(PostgresForTests.class)
class SessionTest {
    private static final String PROJECT = "/v1/" + GatewayClient.P1;
    private static final String OPERATIONS = PROJECT + "/dev-servers/operations";
    private static final String TICKETS = OPERATIONS + "/tickets";
    private static final String CSRF_HEADER = CsrfProtection.REQUIRED_HEADER;

    @Inject
    Pool pool;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final UserAgent browser = new UserAgent(gateway.url());

    private String[] with(String... headers) {
        var all = new ArrayList<>(List.of("Cookie", browser.cookieHeader()));
        all.addAll(List.of(headers));
        return all.toArray(String[]::new);
    }

    private HttpAnswer ticket(String... headers) {
        return ticketFor(gateway.url(), headers);
    }

    private HttpAnswer ticketFor(String origin, String... headers) {
        return gateway.send(
                "POST", TICKETS, "{\"path\":\"" + OPERATIONS + "\",\"origin\":\"" + origin + "\"}", with(headers));
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(Timeouts.CONDITION);
    }

    @Test
    void a_session_allows_reads_and_with_the_csrf_header_writes() {
        browser.login("operator");
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(200);
        var response = ticket(CSRF_HEADER, "fetch");
        assertThat(response.status()).as(response.body()).isEqualTo(201);
        try (var stream = gateway.stream(response.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void a_session_has_the_grants_of_its_user() {
        browser.login("viewer");
        var path = GatewayClient.attachPath(GatewayClient.P1, "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3");
        var response = gateway.send(
                "POST", path, GatewayClient.body("1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0"), with(CSRF_HEADER, "fetch"));
        assertThat(response.code()).isEqualTo("Gateway.NotGranted");
        browser.login("stranger");
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', ''",
        "fetch, https://evil.example, ''",
        "fetch, null, ''",
        "fetch, https://evil.example, same-origin",
        "fetch, '', cross-site",
        "fetch, '', same-site",
        "fetch, '', none",
        "'', OWN, same-origin",
        "'', https://console.example.com, ''"
    })
    void unsafe_requests_that_another_site_may_have_caused_are_rejected(String header, String origin, String site) {
        browser.login("operator");
        var response = ticket(headers(header, origin, site));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.code()).isEqualTo("Gateway.CrossSite");
        assertThat(browser.post("/session/logout", headers(header, origin, site))
                        .statusCode())
                .isEqualTo(403);
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "OWN, ''", "OWN, same-origin", "'', same-origin", "https://console.example.com, cross-site"})
    void unsafe_requests_of_allowed_origins_are_accepted(String origin, String site) {
        browser.login("operator");
        var page = origin.startsWith("https") ? origin : gateway.url();
        assertThat(ticketFor(page, headers("fetch", origin, site)).status()).isEqualTo(201);
    }

    private String[] headers(String header, String origin, String site) {
        var headers = new ArrayList<String>();
        if (!header.isEmpty()) {
            headers.addAll(List.of(CSRF_HEADER, header));
        }
        if (!origin.isEmpty()) {
            headers.addAll(List.of("Origin", origin.equals("OWN") ? gateway.url() : origin));
        }
        if (!site.isEmpty()) {
            headers.addAll(List.of("Sec-Fetch-Site", site));
        }
        return headers.toArray(String[]::new);
    }

    @Test
    void explicit_credentials_take_precedence_over_the_cookie() {
        browser.login("stranger");
        assertThat(gateway.get(OPERATIONS, gateway.withToken("viewer", with())).status())
                .isEqualTo(200);
        browser.login("viewer");
        assertThat(gateway.get(OPERATIONS, with("Authorization", "Bearer x.y.z"))
                        .status())
                .isEqualTo(401);
        var post = gateway.send("POST", TICKETS, "{}", gateway.withToken("viewer", with()));
        assertThat(post.code()).isEqualTo("Gateway.InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eyJhbGciOiJub25lIn0.e30."})
    void an_unknown_session_is_rejected_with_the_login_path(String value) {
        var response = gateway.get(OPERATIONS, "Cookie", UserAgent.SESSION + "=" + value);
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text("detail")).contains("/session/login");
    }

    @Test
    void the_cookie_is_rejected_after_the_logout() {
        browser.login("viewer");
        var cookie = browser.cookieHeader();
        assertThat(gateway.get(OPERATIONS, "Cookie", cookie).status()).isEqualTo(200);
        assertThat(browser.post("/session/logout", CSRF_HEADER, "fetch").statusCode())
                .isEqualTo(204);
        assertThat(browser.cookies()).isEmpty();
        assertThat(gateway.get(OPERATIONS, "Cookie", cookie).status()).isEqualTo(401);
        assertThat(browser.post("/session/logout", CSRF_HEADER, "fetch").statusCode())
                .isEqualTo(204);
    }

    @Test
    void a_logout_ends_the_streams_of_its_session_only() {
        browser.login("viewer");
        var other = new UserAgent(gateway.url());
        other.login("viewer");
        try (var stream = gateway.stream(OPERATIONS, with());
                var otherStream = gateway.stream(OPERATIONS, "Cookie", other.cookieHeader())) {
            assertThat(stream.status()).isEqualTo(200);
            // As on another replica, which only sees that the row is deleted.
            browser.post("/session/logout", CSRF_HEADER, "fetch");
            stream.toEnd();
            otherStream.next(block -> !block.isEvent());
        }
        assertThat(gateway.get(OPERATIONS, "Cookie", other.cookieHeader()).status())
                .isEqualTo(200);
    }

    @Test
    void a_logout_ends_streams_opened_by_tickets_and_unused_tickets() {
        browser.login("viewer");
        var used = ticket(CSRF_HEADER, "fetch");
        var unused = ticket(CSRF_HEADER, "fetch");
        try (var stream = gateway.stream(used.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
            browser.post("/session/logout", CSRF_HEADER, "fetch");
            stream.toEnd();
        }
        try (var stream = gateway.stream(unused.text("url"))) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    @Test
    void an_expired_session_is_rejected_and_removed() {
        browser.login("viewer");
        run("update browser_session set expires_at = now() - interval '1 second'");
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(401);
        await().atMost(Timeouts.CONDITION)
                .until(() -> pool.query("select count(*) from browser_session where expires_at <= now()")
                                .execute()
                                .await()
                                .atMost(Timeouts.CONDITION)
                                .iterator()
                                .next()
                                .getLong(0)
                        == 0);
    }

    @Test
    void the_database_does_not_store_the_session_token() {
        browser.login("viewer");
        var secret = browser.cookies().get(UserAgent.SESSION);
        var rows = pool.query("select encode(hash, 'hex') || hash::text || issuer || subject || groups::text"
                        + " from browser_session")
                .execute()
                .await()
                .atMost(Timeouts.CONDITION);
        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.getString(0)).doesNotContain(secret));
    }
}
