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

/** What a sender can make large is refused before somebody has to keep it. */
@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class HostileCredentialsTest {
    private static final String DOOR = "/v1/" + PROJECT + "/door";

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String token = sandbox.of("attacher", "attachers");

    @Test
    void a_credential_comes_in_few_headers() {
        assertThat(status("X-Auth-Token", token, 4)).isEqualTo(200);
        assertThat(status("X-Auth-Token", token, 5)).isEqualTo(401);
        assertThat(status("Authorization", "Bearer x", 1_000)).isEqualTo(401);
        assertThat(status("X-Auth-Token", "", 10_000)).isEqualTo(401);
    }

    @Test
    void a_token_has_a_length() {
        assertThat(status("X-Auth-Token", ".".repeat(60_000), 1)).isEqualTo(401);
        String padded = sandbox.sign(sandbox.claims("attacher", "attachers").claim("padding", "x".repeat(13_000)));
        assertThat(padded).hasSizeGreaterThan(16 * 1024);
        assertThat(status("X-Auth-Token", padded, 1)).isEqualTo(401);
    }

    @Test
    void a_subject_has_a_length_that_the_record_can_keep() {
        assertThat(Client.getAs(sandbox.of("s".repeat(Caller.MAX_SUBJECT_LENGTH), "attachers"), DOOR)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of("s".repeat(Caller.MAX_SUBJECT_LENGTH + 1), "attachers"), DOOR)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\\u0000b", "a\\nb", "a\\ud800", "\\udc00a"})
    void a_subject_is_a_text_that_the_record_can_keep(String subject) {
        assertThat(Client.getAs(sandbox.ofEscaped(subject), DOOR).statusCode()).isEqualTo(401);
    }

    @Test
    void a_subject_may_be_of_any_characters_else() {
        assertThat(Client.getAs(sandbox.ofEscaped("\\u00e9 \\ud83d\\ude00"), DOOR)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_group_is_such_a_text_as_well() {
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "a\u0000b"), DOOR)
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"exp, 1e30", "exp, 9223372036854775807", "exp, 253402300800", "nbf, -1e18", "iat, 1e18"})
    void a_time_of_it_is_one(String claim, BigDecimal value) {
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim(claim, value)),
                                DOOR)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_token_for_refreshing_is_not_for_the_gateway() {
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim("typ", "Refresh")),
                                DOOR)
                        .statusCode())
                .isEqualTo(401);
        assertThat(Client.getAs(
                                sandbox.sign(
                                        sandbox.claims("attacher", "attachers").claim("typ", "Bearer")),
                                DOOR)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void groups_are_so_many_and_so_long() {
        assertThat(Client.getAs(grouped(Caller.MAX_GROUPS - 1, "attachers"), DOOR)
                        .statusCode())
                .as("by HTTP/2, whose own limit is lower")
                .isEqualTo(200);
        assertThat(status("X-Auth-Token", grouped(Caller.MAX_GROUPS, "attachers"), 1))
                .isEqualTo(401);
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "g".repeat(Caller.MAX_GROUP_LENGTH)), DOOR)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of("attacher", "attachers", "g".repeat(Caller.MAX_GROUP_LENGTH + 1)), DOOR)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void headers_are_so_many() {
        var answer = Client.plainly(
                DOOR,
                Stream.concat(
                                Stream.of("X-Auth-Token", token),
                                IntStream.range(0, 200).boxed().flatMap(i -> Stream.of("X-" + i, "")))
                        .toArray(String[]::new));

        assertThat(answer.statusCode()).isEqualTo(431);
    }

    private String grouped(int more, String group) {
        return sandbox.of(
                "attacher",
                Stream.concat(Stream.of(group), IntStream.range(0, more).mapToObj(i -> "g" + i))
                        .toArray(String[]::new));
    }

    private static int status(String header, String value, int times) {
        return Client.plainly(
                        DOOR,
                        Collections.nCopies(times, header).stream()
                                .flatMap(name -> Stream.of(name, value))
                                .toArray(String[]::new))
                .statusCode();
    }
}
