package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.problem.type.ProblemDetail;
import dev.attachgateway.request.InvalidRequestException;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves which header values are idempotency keys and which are rejected. */
class IdempotencyKeyHeaderTest {
    private static final String UUID = "8e03978e-40d5-43e8-bc93-6894a57f9324";

    private static MultiMap headers(String... pairs) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    private static Optional<String> parse(String... pairs) {
        var requestValidation = new InvalidRequestException.RequestValidation();
        var key = IdempotencyKeyHeader.fromHeaders(headers(pairs), requestValidation);
        requestValidation.throwIfInvalid();
        return key;
    }

    private static void assertRejected(String field, String... pairs) {
        assertThatThrownBy(() -> parse(pairs))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        invalid -> assertThat(invalid.problem().errors())
                                .extracting(ProblemDetail::field)
                                .containsExactly(field));
    }

    @Test
    void a_request_without_the_headers_has_no_key() {
        assertThat(parse("Accept", "*/*")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'\"" + UUID + "\"', " + UUID,
                UUID + ", " + UUID,
                "'  \"a\"  ', a",
                "'\"two words, and; more\"', 'two words, and; more'",
                "'\"a\\\"b\\\\c\"', 'a\"b\\c'",
                "'\"\\\"\"', '\"'",
                "'\" \"', ' '",
                "'\"~\"', ~",
                "a+b/c==:d.e_f, a+b/c==:d.e_f",
                "'two words', 'two words'",
                "7, 7"
            })
    void a_key_is_a_quoted_string_or_bare(String header, String key) {
        assertThat(IdempotencyKeyHeader.parse(header)).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\"b",
                "\"a\"b\"",
                "\"a\", \"b\"",
                "\"a\";p=1",
                "\"a\\\"",
                "\"a\\b\"",
                "a\\b",
                "a,b",
                "a;p=1",
                "a\tb",
                "\"a\tb\"",
                "\u007f",
                "\"\u007f\"",
                "schl\u00fcssel",
                "\"schl\u00fcssel\"",
                "\"a\u0000b\"",
                "\u201ca\u201d"
            })
    void malformed_keys_are_rejected(String header) {
        assertThat(IdempotencyKeyHeader.parse(header)).isEmpty();
        assertRejected("Idempotency-Key", "Idempotency-Key", header);
        assertRejected("X-Client-Token", "X-Client-Token", header);
    }

    @Test
    void a_key_has_1_to_255_characters_quoted_or_bare() {
        var longest = "k".repeat(255);
        assertThat(IdempotencyKeyHeader.parse(longest)).contains(longest);
        assertThat(IdempotencyKeyHeader.parse("\"" + longest + "\"")).contains(longest);
        assertThat(IdempotencyKeyHeader.parse("\"" + "\\\\".repeat(255) + "\"")).contains("\\".repeat(255));
        assertThat(IdempotencyKeyHeader.parse(longest + "k")).isEmpty();
        assertThat(IdempotencyKeyHeader.parse("\"" + longest + "k\"")).isEmpty();
        assertThat(IdempotencyKeyHeader.parse("\"" + "\\\"".repeat(60_000))).isEmpty();
    }

    @Test
    void every_printable_character_can_be_in_a_key() {
        var all = IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).collect(Collectors.joining());
        var quoted = "\"" + all.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        assertThat(IdempotencyKeyHeader.parse(quoted)).contains(all);
    }

    @Test
    void both_headers_may_have_the_same_key_and_not_different_ones() {
        assertThat(parse("Idempotency-Key", "\"a\"", "X-Client-Token", "a")).contains("a");
        assertRejected("Idempotency-Key and X-Client-Token", "Idempotency-Key", "\"a\"", "X-Client-Token", "b");
        assertRejected("X-Client-Token", "Idempotency-Key", "\"a\"", "X-Client-Token", "");
    }

    @Test
    void a_header_sent_twice_is_rejected_even_with_equal_values() {
        assertRejected("Idempotency-Key", "Idempotency-Key", "a", "idempotency-key", "a");
        assertRejected("X-Client-Token", "X-Client-Token", "a", "X-Client-Token", "b");
    }
}
