package dev.attachgateway.access.authentication;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.AccessProfile;
import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that oversized and malformed credentials are rejected before they are stored. */
@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class HostileCredentialsTest {
    private static final String ROUTE = "/v1/" + PROJECT + "/door";

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String token = sandbox.of("attacher", "attachers");

    @Test
    void more_than_four_credential_headers_are_rejected() {
        assertThat(status("X-Auth-Token", token, 4)).isEqualTo(200);
        assertThat(status("X-Auth-Token", token, 5)).isEqualTo(401);
        assertThat(status("Authorization", "Bearer x", 1_000)).isEqualTo(401);
        assertThat(status("X-Auth-Token", "", 10_000)).isEqualTo(401);
    }

    @Test
    void tokens_above_16_KiB_are_rejected() {
        assertThat(status("X-Auth-Token", ".".repeat(60_000), 1)).isEqualTo(401);
        String padded = sandbox.sign(sandbox.claims("attacher", "attachers").claim("padding", "x".repeat(13_000)));
        assertThat(padded).hasSizeGreaterThan(16 * 1024);
        assertThat(status("X-Auth-Token", padded, 1)).isEqualTo(401);
    }

    @Test
    void subjects_longer_than_the_audit_log_stores_are_rejected() {
        assertThat(Client.getAs(sandbox.of("s".repeat(Caller.MAX_SUBJECT_LENGTH), "attachers"), ROUTE)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of("s".repeat(Caller.MAX_SUBJECT_LENGTH + 1), "attachers"), ROUTE)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\\u0000b", "a\\nb", "a\\ud800", "\\udc00a"})
    void blank_subjects_and_those_with_unstorable_characters_are_rejected(String subject) {
        assertThat(Client.getAs(sandbox.ofEscaped(subject), ROUTE).statusCode()).isEqualTo(401);
    }

    @Test
    void subjects_with_other_characters_are_accepted() {
        assertThat(Client.getAs(sandbox.ofEscaped("\\u00e9 \\ud83d\\ude00"), ROUTE)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void groups_with_unstorable_characters_are_rejected() {
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "a\u0000b"), ROUTE)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"exp, 1e30", "exp, 9223372036854775807", "exp, 253402300800", "nbf, -1e18", "iat, 1e18"})
    void time_claims_out_of_range_are_rejected(String claim, BigDecimal value) {
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim(claim, value)),
                                ROUTE)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void refresh_tokens_are_rejected() {
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim("typ", "Refresh")),
                                ROUTE)
                        .statusCode())
                .isEqualTo(401);
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim("typ", "Bearer")),
                                ROUTE)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void groups_above_the_limits_are_rejected() {
        assertThat(Client.getAs(tokenWithGroups(Caller.MAX_GROUPS - 1, "attachers"), ROUTE)
                        .statusCode())
                .as("over HTTP/2, whose own header limit is lower")
                .isEqualTo(200);
        assertThat(status("X-Auth-Token", tokenWithGroups(Caller.MAX_GROUPS, "attachers"), 1))
                .isEqualTo(401);
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "g".repeat(Caller.MAX_GROUP_LENGTH)), ROUTE)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "g".repeat(Caller.MAX_GROUP_LENGTH + 1)), ROUTE)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void too_many_headers_are_rejected_with_431() {
        var response = Client.plainly(
                ROUTE,
                Stream.concat(
                                Stream.of("X-Auth-Token", token),
                                IntStream.range(0, 200).boxed().flatMap(i -> Stream.of("X-" + i, "")))
                        .toArray(String[]::new));

        assertThat(response.statusCode()).isEqualTo(431);
    }

    private String tokenWithGroups(int others, String group) {
        return sandbox.of(
                "attacher",
                Stream.concat(Stream.of(group), IntStream.range(0, others).mapToObj(i -> "g" + i))
                        .toArray(String[]::new));
    }

    private static int status(String header, String value, int times) {
        return Client.plainly(
                        ROUTE,
                        Collections.nCopies(times, header).stream()
                                .flatMap(name -> Stream.of(name, value))
                                .toArray(String[]::new))
                .statusCode();
    }
}
