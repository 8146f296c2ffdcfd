package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.vertx.ext.web.handler.HttpException;
import jakarta.ws.rs.NotAcceptableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A failure becomes the problem that it carries, or else the problem of its status. */
class ProblemMapperTest {
    @Test
    void an_exception_with_a_problem_is_reported_as_that_problem_whatever_the_status_is() {
        var problem = ProblemBuilder.of(ProblemType.DISK_CONTENDED, "Busy.").withRetryAfter(Duration.ofMillis(1));
        assertThat(ProblemMapper.map(503, new ProblemException(problem, "for the log", null)))
                .isSameAs(problem);
    }

    @Test
    void another_exception_is_reported_by_its_status() {
        assertThat(ProblemMapper.map(-1, new HttpException(414)).problemType()).isEqualTo(ProblemType.ADDRESS_TOO_LONG);
        assertThat(ProblemMapper.map(-1, new NotAcceptableException()).problemType())
                .isEqualTo(ProblemType.NOT_ACCEPTABLE);
        assertThat(ProblemMapper.map(404, null).problemType()).isEqualTo(ProblemType.NO_SUCH_PATH);
        assertThat(ProblemMapper.map(-1, new IllegalStateException("a secret")).detail())
                .isEqualTo(ProblemType.INTERNAL.title());
    }

    @ParameterizedTest
    @EnumSource
    void every_503_and_no_other_problem_says_by_itself_when_to_retry(ProblemType type) {
        assertThat(ProblemBuilder.of(type).headers().containsKey("Retry-After")).isEqualTo(type.status() == 503);
    }
}
