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

/** Proves that tokens and logins of a real Keycloak work, also when its keys are rotated and while it is unavailable. */
@QuarkusTest
@TestProfile(KeycloakTest.Profile.class)
@WithTestResource(PostgresForTests.class)
class KeycloakTest {
    private static final String OPERATIONS = "/v1/" + Client.PROJECT + "/dev-servers/operations";

    @Nullable
    Keycloak keycloak;

    /** Starts Keycloak for this test only, because its start is slow. */
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
    void grants_apply_to_the_groups_of_a_user() {
        assertThat(status(corp().userToken("alice"))).isEqualTo(200);
    }

    @Test
    void an_authenticated_client_without_a_grant_is_rejected_with_403() {
        assertThat(status(corp().token("tools"))).isEqualTo(403);
    }

    @Test
    void a_token_for_another_audience_is_rejected_with_401() {
        var response = Client.getAs(corp().token("something-else"), OPERATIONS);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).contains("invalid_token");
    }

    @Test
    void a_user_logs_in_and_out_with_a_browser() {
        try (var chromium = Browser.start()) {
            var page = chromium.open(
                    Tokens.setting("test.url") + "/session/login?return_to=/v1/" + Client.PROJECT + "/whoami");
            page.fill("#username", "alice");
            page.fill("#password", "alice-password");
            page.click("#kc-login");
            page.waitForURL("**/whoami");
            assertThat(page.content()).contains("attachers");
            assertThat(statusOf(page, "GET", Client.PROJECT + "/whoami")).isEqualTo("200");
            assertThat(page.evaluate("document.cookie")).isEqualTo("");
            var cookie = page.context().cookies().stream()
                    .filter(entry -> entry.name.equals(UserAgent.SESSION))
                    .toList();
            assertThat(cookie).singleElement().matches(entry -> entry.secure && entry.httpOnly);
            assertThat(statusOf(page, "POST", Client.PROJECT + "/dev-servers/operations/tickets"))
                    .isEqualTo("400");
            assertThat(page.evaluate(
                            "fetch('/session/logout', {method: 'POST', headers: {'X-Requested-With': 'fetch'}})"
                                    + ".then(response => '' + response.status)"))
                    .isEqualTo("204");
            assertThat(page.context().cookies()).noneMatch(entry -> entry.name.equals(UserAgent.SESSION));
            assertThat(statusOf(page, "GET", Client.PROJECT + "/whoami")).isEqualTo("401");
        }
    }

    private static Object statusOf(Page page, String method, String path) {
        return page.evaluate(
                "([method, path]) => fetch(path, {method, headers: {'X-Requested-With': 'fetch'}})"
                        + ".then(response => '' + response.status)",
                List.of(method, "/v1/" + path));
    }

    @Test
    void after_a_key_rotation_tokens_of_both_keys_are_accepted() {
        var before = corp().userToken("alice");
        assertThat(status(before)).isEqualTo(200);
        corp().rotateKeys();
        var after = corp().userToken("alice");
        assertThat(keyId(after)).isNotEqualTo(keyId(before));
        assertThat(status(after)).isEqualTo(200);
        assertThat(status(before)).isEqualTo(200);
    }

    @Test
    void while_keycloak_is_down_cached_keys_verify_and_unknown_keys_give_503() {
        var cachedKeyToken = corp().userToken("alice");
        assertThat(status(cachedKeyToken)).isEqualTo(200);
        corp().close();
        try {
            assertThat(status(cachedKeyToken)).isEqualTo(200);
            assertThat(status(withAnotherKeyId(cachedKeyToken))).isEqualTo(503);
        } finally {
            corp().start();
        }
        assertThat(status(corp().userToken("alice"))).isEqualTo(200);
        assertThat(status(withAnotherKeyId(cachedKeyToken))).isEqualTo(401);
    }

    private static String keyId(String token) {
        return header(token).replaceAll(".*\"kid\" ?: ?\"([^\"]+)\".*", "$1");
    }

    private static String header(String token) {
        return new String(
                Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), StandardCharsets.UTF_8);
    }

    private static String withAnotherKeyId(String token) {
        var header = header(token).replace(keyId(token), "unknown-key");
        return Tokens.base64(header.getBytes(StandardCharsets.UTF_8)) + token.substring(token.indexOf('.'));
    }
}
