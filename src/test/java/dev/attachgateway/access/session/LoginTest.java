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

/** A login creates a session in the browser that started it, and in no other. */
@QuarkusTest
@TestProfile(SessionProfile.class)
@WithTestResource(PostgresForTests.class)
class LoginTest {
    private static final String WHOAMI = "/v1/" + GatewayClient.P1 + "/whoami";

    @Inject
    AnonymousRequestCounter anonymousRequests;

    private final String gateway = GatewayClient.underTest().url();
    private final UserAgent browser = new UserAgent(gateway);

    private static String subject(UserAgent agent) {
        var response = agent.get(WHOAMI);
        return response.statusCode() == 200 ? response.body().replaceAll("(?s).*\"subject\":\"([^\"]+)\".*", "$1") : "";
    }

    private static String withParameter(String url, String parameter, String value) {
        return url.replaceAll("([?&]" + parameter + "=)[^&]*", "$1" + value);
    }

    @Test
    void a_login_creates_a_session_with_the_groups_of_the_issuer() {
        var last = browser.login("viewer");
        assertThat(last.statusCode()).isEqualTo(303);
        assertThat(UserAgent.location(last)).isEqualTo("/");
        assertThat(last.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(subject(browser)).isEqualTo("viewer");
        assertThat(browser.get(WHOAMI).body()).contains("\"groups\":[\"viewers\"]", "\"issuer\":\"sandbox\"");
    }

    @Test
    void a_failed_login_is_counted_as_an_anonymous_request() {
        assertCounted("not authenticated", () -> browser.get("/session/callback?code=x&state=y"));
    }

    @Test
    void conflicting_credentials_are_counted_as_an_anonymous_request() {
        assertCounted(
                "credentials disagree", () -> browser.get(WHOAMI, "Authorization", "Bearer a", "X-Auth-Token", "b"));
    }

    /** Repeats the attempt, since the counts are written and reset at the end of each minute. */
    private void assertCounted(String reason, Runnable attempt) {
        anonymousRequests.drain();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> {
            attempt.run();
            return anonymousRequests.drain().stream().anyMatch(line -> reason.equals(line.reason()));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /session/login, GET",
        "DELETE, /session/callback, GET",
        "GET, /session/logout, POST",
        "PUT, /session/logout, POST"
    })
    void a_wrong_method_is_rejected_with_405_and_allow(String method, String path, String allowed) {
        var response = GatewayClient.underTest().send(method, path, "");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("Allow")).isEqualTo(allowed);
        assertThat(response.code()).isEqualTo("Gateway.MethodNotAllowed");
    }

    @Test
    void the_authorization_request_has_pkce_state_and_nonce() {
        var redirect = browser.get("/session/login");
        assertThat(URI.create(UserAgent.location(redirect)).getRawQuery())
                .contains("response_type=code", "code_challenge_method=S256", "code_challenge=", "state=", "nonce=");
    }

    @Test
    void the_session_cookie_is_secure_http_only_and_for_this_host() {
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
    void only_the_session_cookie_remains_and_no_token_is_sent_to_the_browser() {
        var last = browser.login("viewer");
        assertThat(browser.cookies()).containsOnlyKeys(UserAgent.SESSION);
        assertThat(last.headers().allValues("Set-Cookie")).noneMatch(header -> header.contains("eyJ"));
        assertThat(browser.cookies().get(UserAgent.SESSION)).hasSize(43);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard?tab=1&x=%2F#here", "https://console.example.com/a?b=c"})
    void the_login_redirects_to_an_allowed_return_url(String returnUrl) {
        var query = "?return_to=" + URLEncoder.encode(returnUrl, StandardCharsets.UTF_8);
        assertThat(UserAgent.location(browser.login("viewer", query))).isEqualTo(returnUrl);
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
    void other_return_urls_are_rejected_and_ignored_in_the_cookie(String returnUrl) {
        var encoded = URLEncoder.encode(returnUrl, StandardCharsets.UTF_8);
        var rejected = browser.get("/session/login?return_to=" + encoded);
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(rejected.body()).contains("return_to");

        browser.cookies().clear();
        var callback = browser.agree("viewer", "?return_to=/ok");
        browser.cookies().put("__Host-attach-gateway-return", encoded);
        assertThat(UserAgent.location(browser.get(callback))).isEqualTo("/");
    }

    @Test
    void a_callback_url_is_rejected_in_another_browser() {
        var callback = browser.agree("viewer", "");
        var victim = new UserAgent(gateway);
        var rejected = victim.get(callback);
        assertThat(rejected.statusCode()).isEqualTo(401);
        assertThat(victim.cookies()).isEmpty();
        victim.get("/session/login");
        assertThat(victim.get(callback).statusCode()).isEqualTo(401);
        assertThat(subject(victim)).isEmpty();
    }

    @Test
    void a_callback_url_works_once() {
        var callback = browser.agree("viewer", "");
        var cookies = List.copyOf(browser.cookies().entrySet());
        assertThat(browser.get(callback).statusCode()).isEqualTo(303);
        cookies.forEach(cookie -> browser.cookies().put(cookie.getKey(), cookie.getValue()));
        assertThat(browser.get(callback).statusCode()).isEqualTo(401);
    }

    @Test
    void a_code_or_state_of_another_login_and_a_denial_are_rejected() {
        for (var parameter : List.of("code", "state")) {
            var callback = browser.agree("viewer", "");
            var rejected = browser.get(withParameter(callback, parameter, "x1"));
            assertThat(rejected.statusCode()).as(parameter).isEqualTo(401);
            assertThat(rejected.body()).contains("/session/login");
        }
        var otherCallback = new UserAgent(gateway).agree("operator", "");
        var ownCallback = browser.agree("viewer", "");
        var code = otherCallback.replaceAll(".*[?&]code=([^&]*).*", "$1");
        assertThat(browser.get(withParameter(ownCallback, "code", code)).statusCode())
                .isEqualTo(401);
        var denied = browser.agree("nobody", "");
        assertThat(denied).contains("error=access_denied");
        assertThat(browser.get(denied).statusCode()).isEqualTo(401);
        assertThat(browser.cookies()).doesNotContainKey(UserAgent.SESSION);
    }

    @Test
    void a_callback_without_parameters_is_rejected() {
        assertThat(browser.get("/session/callback").statusCode()).isEqualTo(401);
    }

    @Test
    void a_login_replaces_the_browsers_session() {
        var planted = new UserAgent(gateway);
        planted.login("operator");
        browser.cookies().putAll(planted.cookies());
        browser.login("viewer");
        assertThat(browser.cookies().get(UserAgent.SESSION))
                .isNotEqualTo(planted.cookies().get(UserAgent.SESSION));
        assertThat(subject(browser)).isEqualTo("viewer");
        assertThat(planted.get(WHOAMI).statusCode()).isEqualTo(401);

        browser.cookies().put(UserAgent.SESSION, "A".repeat(43));
        browser.login("viewer");
        assertThat(browser.cookies().get(UserAgent.SESSION)).isNotEqualTo("A".repeat(43));
    }

    @Test
    void a_login_beyond_the_session_limit_ends_the_oldest_session() {
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
