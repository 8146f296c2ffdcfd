package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page that explains failures explains all of them. */
class FailuresPageTest {
    private static Stream<String> lines() throws IOException {
        return Files.readAllLines(Path.of("docs/failures.md")).stream();
    }

    @ParameterizedTest
    @EnumSource
    void every_sort_of_failure_has_one_row_under_the_code_that_callers_see(OperationFailure.Kind kind)
            throws IOException {
        assertThat(lines().filter(line ->
                        line.startsWith("| `" + ProblemMapper.complaint(kind).code() + "` |")))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SUCCEEDED", "FAILED"},
            mode = EnumSource.Mode.EXCLUDE)
    void every_step_on_the_way_has_a_section_and_says_what_it_means_to_be_stuck_there(OperationStep step)
            throws IOException {
        assertThat(lines().filter(line -> line.startsWith("### ")).map(line -> line.toLowerCase(Locale.ROOT)))
                .anyMatch(title -> title.contains(step.wireName()));
        assertThat(lines()).anyMatch(line -> line.matches("\\| (`\\w+`, )*`" + step.wireName() + "`[^|]*\\|.*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operation.deadline",
                "operation.queue-timeout",
                "operation.settle-min-reads",
                "operation.reconcile.window",
                "operation.lease"
            })
    void what_can_be_configured_is_named(String key) throws IOException {
        assertThat(Files.readString(Path.of("docs/failures.md"))).contains("`" + key + "`");
    }

    @Test
    void the_first_page_leads_there() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("(docs/failures.md)");
    }
}
