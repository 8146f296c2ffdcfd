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

/** A session lets its user in and nobody else: not another site's page, not after a logout, not after its time. */
@QuarkusTest
@TestProfile(SessionProfile.class)
@WithTestResource(PostgresForTests.class)
class SessionTest {
    private static final String PROJECT = "/v1/" + GatewayClient.P1;
    private static final String OPERATIONS = PROJECT + "/dev-servers/operations";
    private static final String TICKETS = OPERATIONS + "/tickets";
    private static final String OURS = CsrfProtection.REQUIRED_HEADER;

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
    void it_reads_and_with_the_header_of_scripts_it_writes() {
        browser.login("operator");
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(200);
        var answer = ticket(OURS, "fetch");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        try (var stream = gateway.stream(answer.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void it_may_do_what_is_granted_to_its_user() {
        browser.login("viewer");
        var path = GatewayClient.attachPath(GatewayClient.P1, "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3");
        var answer = gateway.send(
                "POST", path, GatewayClient.body("1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0"), with(OURS, "fetch"));
        assertThat(answer.code()).isEqualTo("Gateway.NotGranted");
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
    void what_another_sites_page_may_have_sent_is_refused(String header, String origin, String site) {
        browser.login("operator");
        var answer = ticket(sent(header, origin, site));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("Gateway.CrossSite");
        assertThat(browser.post("/session/logout", sent(header, origin, site)).statusCode())
                .isEqualTo(403);
        assertThat(gateway.get(OPERATIONS, with()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "OWN, ''", "OWN, same-origin", "'', same-origin", "https://console.example.com, cross-site"})
    void what_our_own_pages_send_is_taken(String origin, String site) {
        browser.login("operator");
        var page = origin.startsWith("https") ? origin : gateway.url();
        assertThat(ticketFor(page, sent("fetch", origin, site)).status()).isEqualTo(201);
    }

    private String[] sent(String header, String origin, String site) {
        var headers = new ArrayList<String>();
        if (!header.isEmpty()) {
            headers.addAll(List.of(OURS, header));
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
    void what_was_sent_on_purpose_counts_before_what_came_along() {
        browser.login("stranger");
        assertThat(gateway.get(OPERATIONS, gateway.withToken("viewer", with())).status())
                .isEqualTo(200);
        browser.login("viewer");
        assertThat(gateway.get(OPERATIONS, with("Authorization", "Bearer x.y.z"))
                        .status())
                .isEqualTo(401);
        var written = gateway.send("POST", TICKETS, "{}", gateway.withToken("viewer", with()));
        assertThat(written.code()).isEqualTo("Gateway.InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eyJhbGciOiJub25lIn0.e30."})
    void what_is_no_session_is_refused_and_told_where_to_log_in(String value) {
        var answer = gateway.get(OPERATIONS, "Cookie", UserAgent.SESSION + "=" + value);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("detail")).contains("/session/login");
    }

    @Test
    void after_a_logout_nobody_who_kept_the_cookie_gets_in() {
        browser.login("viewer");
        var kept = browser.cookieHeader();
        assertThat(gateway.get(OPERATIONS, "Cookie", kept).status()).isEqualTo(200);
        assertThat(browser.post("/session/logout", OURS, "fetch").statusCode()).isEqualTo(204);
        assertThat(browser.cookies()).isEmpty();
        assertThat(gateway.get(OPERATIONS, "Cookie", kept).status()).isEqualTo(401);
        assertThat(browser.post("/session/logout", OURS, "fetch").statusCode()).isEqualTo(204);
    }

    @Test
    void a_logout_ends_the_streams_of_that_session_and_no_others() {
        browser.login("viewer");
        var other = new UserAgent(gateway.url());
        other.login("viewer");
        try (var stream = gateway.stream(OPERATIONS, with());
                var stays = gateway.stream(OPERATIONS, "Cookie", other.cookieHeader())) {
            assertThat(stream.status()).isEqualTo(200);
            // As at another replica, which is told nothing: the row is gone.
            browser.post("/session/logout", OURS, "fetch");
            stream.toEnd();
            stays.next(block -> !block.isEvent());
        }
        assertThat(gateway.get(OPERATIONS, "Cookie", other.cookieHeader()).status())
                .isEqualTo(200);
    }

    @Test
    void a_logout_ends_the_streams_of_its_tickets_and_the_tickets_that_are_left() {
        browser.login("viewer");
        var used = ticket(OURS, "fetch");
        var left = ticket(OURS, "fetch");
        try (var stream = gateway.stream(used.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
            browser.post("/session/logout", OURS, "fetch");
            stream.toEnd();
        }
        try (var stream = gateway.stream(left.text("url"))) {
            assertThat(stream.status()).isEqualTo(401);
        }
    }

    @Test
    void a_session_whose_time_is_over_is_none_and_is_removed() {
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
    void the_database_does_not_hold_what_the_cookie_holds() {
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
