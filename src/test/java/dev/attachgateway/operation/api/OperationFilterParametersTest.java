package dev.attachgateway.operation.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.problem.type.ProblemDetail;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.EventFilter;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves which query parameters make which filter, and which are rejected. */
class OperationFilterParametersTest {
    private static final String ONE = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String TWO = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";

    private static MultiMap query(String text) {
        var query = MultiMap.caseInsensitiveMultiMap();
        Arrays.stream(text.split("&", -1))
                .filter(part -> !part.isEmpty())
                .map(part -> part.split("=", 2))
                .forEach(part -> query.add(part[0], URLDecoder.decode(part[1], StandardCharsets.UTF_8)));
        return query;
    }

    private static EventFilter parse(String text) {
        var requestValidation = new InvalidRequestException.RequestValidation();
        var filter = OperationFilterParameters.parse(query(text), requestValidation);
        requestValidation.throwIfInvalid();
        return filter;
    }

    @Test
    void no_parameters_match_all_operations() {
        assertThat(parse("")).isEqualTo(EventFilter.ALL);
    }

    @Test
    void values_are_repeated_or_separated_by_commas() {
        var both = Set.of(UUID.fromString(ONE), UUID.fromString(TWO));
        assertThat(parse("server=" + ONE + "&server=" + TWO).servers()).isEqualTo(both);
        assertThat(parse("server=" + ONE + "," + TWO).servers()).isEqualTo(both);
        assertThat(parse("volume=" + ONE + "%2C%20" + TWO).volumes()).isEqualTo(both);
        assertThat(parse("status=running,failed&status=running").statuses())
                .containsExactlyInAnyOrder("running", "failed");
        assertThat(parse("type=node_detach_volume").types()).containsExactly("node_detach_volume");
    }

    @Test
    void ids_are_case_insensitive() {
        assertThat(parse("server=" + ONE.toUpperCase(java.util.Locale.ROOT))).isEqualTo(parse("server=" + ONE));
    }

    @Test
    void a_caller_name_may_contain_commas_and_colons() {
        assertThat(parse("caller=sandbox:cn=a,ou=b&caller=k8s:system:serviceaccount:x:y")
                        .callers())
                .containsExactlyInAnyOrder("sandbox:cn=a,ou=b", "k8s:system:serviceaccount:x:y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server= | server has to be a UUID",
                "server=abc | server has to be a UUID",
                "server=" + ONE + ", | server has to be a UUID",
                "volume=*  | volume has to be a UUID",
                "status= | status has to be among failed, pending, running, success",
                "status=RUNNING | status has to be among failed, pending, running, success",
                "status=running,ended | status has to be among failed, pending, running, success",
                "type=attach | type has to be among node_attach_volume, node_detach_volume",
                "caller= | caller has to be an issuer's name, a colon and a subject",
                "caller=attacher | caller has to be an issuer's name, a colon and a subject",
                "caller=:attacher | caller has to be an issuer's name, a colon and a subject",
                "caller=sandbox:a%00b | caller has to be an issuer's name, a colon and a subject",
                "caller=sandbox: | caller has to be an issuer's name, a colon and a subject",
            })
    void invalid_values_are_rejected_with_the_valid_form(String query, String message) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void all_violations_are_reported_together() {
        assertThatThrownBy(() -> parse("server=a&status=b&type=c&caller=d&volume=e"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        invalid -> assertThat(invalid.problem().errors())
                                .extracting(ProblemDetail::field)
                                .containsExactly("server", "volume", "status", "type", "caller"));
    }
}
