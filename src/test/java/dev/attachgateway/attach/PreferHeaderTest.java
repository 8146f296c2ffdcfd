package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves which preferences of RFC 7240 are applied, limited or ignored. */
class PreferHeaderTest {
    private static PreferHeader of(String... headers) {
        return PreferHeader.parse(List.of(headers), Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async | 0 | true | respond-async",
                "RESPOND-ASYNC | 0 | true | respond-async",
                "wait=5 | 5 | false | wait=5",
                "Wait = 5 | 5 | false | wait=5",
                "wait=\"5\" | 5 | false | wait=5",
                "wait=0 | 0 | false | wait=0",
                "wait=5; x=y | 5 | false | wait=5",
                "wait=5, wait=9 | 5 | false | wait=5",
                "respond-async, wait=5 | 5 | true | respond-async, wait=5",
                "wait=5, respond-async | 5 | true | respond-async, wait=5",
                "wait=999 | 60 | false | wait=60",
                "wait=soon, wait=3 | 3 | false | wait=3",
                "handling=lenient | 10 | false |",
                "wait=-1 | 10 | false |",
                "wait=1.5 | 10 | false |",
                "wait=9999999999999999999 | 10 | false |",
                "wait | 10 | false |",
                "respond-async=no | 10 | false |",
                ",,; | 10 | false |"
            })
    void preferences_are_applied_or_ignored(String header, long seconds, boolean async, @Nullable String applied) {
        var preferHeader = of(header);
        assertThat(preferHeader.waitTime()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(preferHeader.respondAsync()).isEqualTo(async);
        assertThat(preferHeader.preferenceApplied()).isEqualTo(Optional.ofNullable(applied));
    }

    @Test
    void no_header_is_the_default_wait_and_several_headers_are_combined() {
        assertThat(of()).isEqualTo(new PreferHeader(Duration.ofSeconds(10), false, Optional.empty()));
        assertThat(of("respond-async", "wait=2")).isEqualTo(of("respond-async, wait=2"));
    }
}
