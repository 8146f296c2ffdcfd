package dev.attachgateway.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.testkit.Browser;
import dev.attachgateway.testkit.Keycloak;
import dev.attachgateway.testkit.MachineRequirements;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.UserAgent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a real Keycloak, whose keys change and which goes away and comes back. */
@QuarkusTest
@TestProfile(KeycloakTest.Profile.class)
@WithTestResource(PostgresForTests.class)
class KeycloakTest {
    private static final String OPERATIONS = "/v1/" + Client.PROJECT + "/dev-servers/operations";

    @Nullable
    Keycloak keycloak;

    /** Keycloak is the resource of this test alone: it takes a while to start. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(KeycloakForTests.class));
        }
    }

    @BeforeEach
    void needKeycloak() {
        MachineRequirements.that(keycloak != null, "Keycloak, which .ci/run fetches");
    }

    private Keycloak corp() {
        return Objects.requireNonNull(keycloak);
    }

    private static int status(String token) {
        return Client.getAs(token, OPERATIONS).statusCode();
    }

    @Test
    void a_users_groups_are_what_grants_go_by() {
        assertThat(status(corp().userToken("alice"))).isEqualTo(200);
    }

    @Test
    void a_client_is_known_and_may_do_what_is_granted_to_it_which_is_nothing() {
        assertThat(status(corp().token("tools"))).isEqualTo(403);
    }

    @Test
    void a_token_for_another_service_does_not_count() {
        var answer = Client.getAs(corp().token("something-else"), OPERATIONS);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("invalid_token");
    }

    @Test
    void a_user_logs_in_with_a_browser_and_out_again() {
        try (var chromium = Browser.start()) {
            var page = chromium.open(
                    Tokens.setting("test.url") + "/session/login?return_to=/v1/" + Client.PROJECT + "/whoami");
            page.fill("#username", "alice");
            page.fill("#password", "alice-password");
            page.click("#kc-login");
            page.waitForURL("**/whoami");
            assertThat(page.content()).contains("attachers");
            assertThat(asked(page, "GET", Client.PROJECT + "/whoami")).isEqualTo("200");
            assertThat(page.evaluate("document.cookie")).isEqualTo("");
            var cookie = page.context().cookies().stream()
                    .filter(each -> each.name.equals(UserAgent.SESSION))
                    .toList();
            assertThat(cookie).singleElement().matches(each -> each.secure && each.httpOnly);
            assertThat(asked(page, "POST", Client.PROJECT + "/dev-servers/operations/tickets"))
                    .isEqualTo("400");
            assertThat(page.evaluate(
                            "fetch('/session/logout', {method: 'POST', headers: {'X-Requested-With': 'fetch'}})"
                                    + ".then(answer => '' + answer.status)"))
                    .isEqualTo("204");
            assertThat(page.context().cookies()).noneMatch(each -> each.name.equals(UserAgent.SESSION));
            assertThat(asked(page, "GET", Client.PROJECT + "/whoami")).isEqualTo("401");
        }
    }

    private static Object asked(Page page, String method, String path) {
        return page.evaluate(
                "([method, path]) => fetch(path, {method, headers: {'X-Requested-With': 'fetch'}})"
                        + ".then(answer => '' + answer.status)",
                List.of(method, "/v1/" + path));
    }

    @Test
    void a_new_key_counts_at_once_and_the_old_one_still_does() {
        var before = corp().userToken("alice");
        assertThat(status(before)).isEqualTo(200);
        corp().rotateKeys();
        var after = corp().userToken("alice");
        assertThat(keyId(after)).isNotEqualTo(keyId(before));
        assertThat(status(after)).isEqualTo(200);
        assertThat(status(before)).isEqualTo(200);
    }

    @Test
    void while_it_is_away_known_keys_go_on_and_unknown_ones_are_an_open_question() {
        var known = corp().userToken("alice");
        assertThat(status(known)).isEqualTo(200);
        corp().close();
        try {
            assertThat(status(known)).isEqualTo(200);
            assertThat(status(withAnotherKeyId(known))).isEqualTo(503);
        } finally {
            corp().start();
        }
        assertThat(status(corp().userToken("alice"))).isEqualTo(200);
        assertThat(status(withAnotherKeyId(known))).isEqualTo(401);
    }

    private static String keyId(String token) {
        return head(token).replaceAll(".*\"kid\" ?: ?\"([^\"]+)\".*", "$1");
    }

    private static String head(String token) {
        return new String(
                Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), StandardCharsets.UTF_8);
    }

    private static String withAnotherKeyId(String token) {
        var head = head(token).replace(keyId(token), "nobody-has-seen-this");
        return Tokens.base64(head.getBytes(StandardCharsets.UTF_8)) + token.substring(token.indexOf('.'));
    }
}
