package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.model.FailureKinds;
import dev.attachgateway.operation.model.OperationStep;
import dev.attachgateway.problem.type.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/failures.md} covers each kind of failure, each step of an operation and the settings that govern them. */
class FailuresPageTest {
    private static Stream<String> lines() throws IOException {
        return Files.readAllLines(Path.of("docs/failures.md")).stream();
    }

    static Set<ProblemType> failures() {
        return FailureKinds.types();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void each_kind_of_failure_has_one_row_with_its_error_code(ProblemType type) throws IOException {
        assertThat(lines().filter(line -> line.startsWith("| `" + type.code() + "` |")))
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"SUCCEEDED", "FAILED"},
            mode = EnumSource.Mode.EXCLUDE)
    void each_step_that_is_not_final_has_a_section_and_a_row_for_stuck_operations(OperationStep step)
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
    void the_page_names_the_setting(String key) throws IOException {
        assertThat(Files.readString(Path.of("docs/failures.md"))).contains("`" + key + "`");
    }

    @Test
    void the_readme_links_to_the_page() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("(docs/failures.md)");
    }
}
