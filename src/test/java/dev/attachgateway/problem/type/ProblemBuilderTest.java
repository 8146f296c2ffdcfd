package dev.attachgateway.problem.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Proves that a problem keeps every header that is added to it. */
class ProblemBuilderTest {
    @Test
    void a_further_header_does_not_displace_an_earlier_one() {
        var problemBuilder = ProblemBuilder.of(ProblemType.BODY_TOO_LARGE)
                .withRetryAfter(Duration.ofSeconds(2))
                .withHeader("Connection", "close");
        assertThat(problemBuilder.headers()).containsExactly(entry("Connection", "close"), entry("Retry-After", "2"));
    }
}
