package dev.attachgateway.access.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.audit.AnonymousRequestCounter;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.testkit.UserAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login begins a session in the browser that asked for it, and in no other. */
@QuarkusTest
@TestProfile(SessionProfile.class)
@WithTestResource(PostgresForTests.class)
class LoginTest {
    private static final String WHO = "/v1/" + GatewayClient.P1 + "/whoami";

    @Inject
    AnonymousRequestCounter counts;

    private final String gateway = GatewayClient.underTest().url();
    private final UserAgent browser = new UserAgent(gateway);

    private static String subject(UserAgent agent) {
        var answer = agent.get(WHO);
        return answer.statusCode() == 200 ? answer.body().replaceAll("(?s).*\"subject\":\"([^\"]+)\".*", "$1") : "";
    }

    private static String changed(String address, String parameter, String value) {
        return address.replaceAll("([?&]" + parameter + "=)[^&]*", "$1" + value);
    }

    @Test
    void whoever_logs_in_is_a_caller_with_the_groups_of_the_issuer() {
        var last = browser.login("viewer");
        assertThat(last.statusCode()).isEqualTo(303);
        assertThat(UserAgent.location(last)).isEqualTo("/");
        assertThat(last.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(subject(browser)).isEqualTo("viewer");
        assertThat(browser.get(WHO).body()).contains("\"groups\":[\"viewers\"]", "\"issuer\":\"sandbox\"");
    }

    @Test
    void a_login_that_fails_is_on_record_among_the_nameless() {
        assertOnRecord("not authenticated", () -> browser.get("/session/callback?code=x&state=y"));
    }

    @Test
    void so_are_two_credentials_that_disagree() {
        assertOnRecord(
                "credentials disagree", () -> browser.get(WHO, "Authorization", "Bearer a", "X-Auth-Token", "b"));
    }

    /** Again where the minute ended just then, with which what was counted goes its way. */
    private void assertOnRecord(String reason, Runnable attempt) {
        counts.drain();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> {
            attempt.run();
            return counts.drain().stream().anyMatch(line -> reason.equals(line.reason()));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /session/login, GET",
        "DELETE, /session/callback, GET",
        "GET, /session/logout, POST",
        "PUT, /session/logout, POST"
    })
    void each_of_its_addresses_says_which_method_it_takes(String method, String path, String allowed) {
        var answer = GatewayClient.underTest().send(method, path, "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
        assertThat(answer.code()).isEqualTo("Gateway.MethodNotAllowed");
    }

    @Test
    void the_issuer_is_asked_with_pkce_state_and_nonce() {
        var begun = browser.get("/session/login");
        assertThat(URI.create(UserAgent.location(begun)).getRawQuery())
                .contains("response_type=code", "code_challenge_method=S256", "code_challenge=", "state=", "nonce=");
    }

    @Test
    void the_cookie_is_for_this_host_over_https_and_not_for_scripts() {
        var last = browser.login("viewer");
        var sent = last.headers().allValues("Set-Cookie").stream()
                .filter(header -> header.startsWith(UserAgent.SESSION + "="))
                .toList();
        assertThat(sent)
                .singleElement()
                .satisfies(header -> assertThat(header)
                        .containsIgnoringCase("; HttpOnly")
                        .contains("; Path=/", "; Secure", "; SameSite=Lax", "; Max-Age=28800")
                        .doesNotContain("Domain"));
    }

    @Test
    void nothing_but_the_session_stays_in_the_browser_and_no_token_ever_gets_there() {
        var last = browser.login("viewer");
        assertThat(browser.cookies()).containsOnlyKeys(UserAgent.SESSION);
        assertThat(last.headers().allValues("Set-Cookie")).noneMatch(header -> header.contains("eyJ"));
        assertThat(browser.cookies().get(UserAgent.SESSION)).hasSize(43);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard?tab=1&x=%2F#here", "https://console.example.com/a?b=c"})
    void it_leads_on_to_where_it_was_asked_to(String address) {
        var query = "?return_to=" + URLEncoder.encode(address, StandardCharsets.UTF_8);
        assertThat(UserAgent.location(browser.login("viewer", query))).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example",
                "\\\\evil.example",
                "https:evil.example",
                "https://console.example.com@evil.example/",
                "https://console.example.com.evil.example/",
                "http://console.example.com/",
                "javascript:alert(1)",
                "/a b",
                "/a\r\nSet-Cookie: x=y",
                "",
                "dashboard"
            })
    void it_leads_nowhere_else(String address) {
        var encoded = URLEncoder.encode(address, StandardCharsets.UTF_8);
        var refused = browser.get("/session/login?return_to=" + encoded);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("return_to");

        browser.cookies().clear();
        var back = browser.agree("viewer", "?return_to=/ok");
        browser.cookies().put("__Host-attach-gateway-return", encoded);
        assertThat(UserAgent.location(browser.get(back))).isEqualTo("/");
    }

    @Test
    void an_address_to_come_back_to_is_worth_nothing_in_another_browser() {
        var back = browser.agree("viewer", "");
        var victim = new UserAgent(gateway);
        var refused = victim.get(back);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(victim.cookies()).isEmpty();
        victim.get("/session/login");
        assertThat(victim.get(back).statusCode()).isEqualTo(401);
        assertThat(subject(victim)).isEmpty();
    }

    @Test
    void it_can_be_come_back_to_once() {
        var back = browser.agree("viewer", "");
        var kept = List.copyOf(browser.cookies().entrySet());
        assertThat(browser.get(back).statusCode()).isEqualTo(303);
        kept.forEach(each -> browser.cookies().put(each.getKey(), each.getValue()));
        assertThat(browser.get(back).statusCode()).isEqualTo(401);
    }

    @Test
    void a_code_a_state_and_a_denial_that_are_none_of_this_login_are_refused() {
        for (var parameter : List.of("code", "state")) {
            var back = browser.agree("viewer", "");
            var refused = browser.get(changed(back, parameter, "x1"));
            assertThat(refused.statusCode()).as(parameter).isEqualTo(401);
            assertThat(refused.body()).contains("/session/login");
        }
        var theirs = new UserAgent(gateway).agree("operator", "");
        var mine = browser.agree("viewer", "");
        var code = theirs.replaceAll(".*[?&]code=([^&]*).*", "$1");
        assertThat(browser.get(changed(mine, "code", code)).statusCode()).isEqualTo(401);
        var denied = browser.agree("nobody", "");
        assertThat(denied).contains("error=access_denied");
        assertThat(browser.get(denied).statusCode()).isEqualTo(401);
        assertThat(browser.cookies()).doesNotContainKey(UserAgent.SESSION);
    }

    @Test
    void the_way_back_without_anything_is_refused() {
        assertThat(browser.get("/session/callback").statusCode()).isEqualTo(401);
    }

    @Test
    void a_session_from_before_a_login_is_not_the_one_after_it() {
        var planted = new UserAgent(gateway);
        planted.login("operator");
        browser.cookies().putAll(planted.cookies());
        browser.login("viewer");
        assertThat(browser.cookies().get(UserAgent.SESSION))
                .isNotEqualTo(planted.cookies().get(UserAgent.SESSION));
        assertThat(subject(browser)).isEqualTo("viewer");
        assertThat(planted.get(WHO).statusCode()).isEqualTo(401);

        browser.cookies().put(UserAgent.SESSION, "A".repeat(43));
        browser.login("viewer");
        assertThat(browser.cookies().get(UserAgent.SESSION)).isNotEqualTo("A".repeat(43));
    }

    @Test
    void a_caller_has_so_many_sessions_and_a_login_ends_the_oldest() {
        var first = new UserAgent(gateway);
        first.login("team-1");
        for (var login = 0; login < 2; login++) {
            new UserAgent(gateway).login("team-1");
        }
        assertThat(subject(first)).isEqualTo("team-1");
        browser.login("team-1");
        assertThat(subject(browser)).isEqualTo("team-1");
        assertThat(subject(first)).isEmpty();
    }
}
