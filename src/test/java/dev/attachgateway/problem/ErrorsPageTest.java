package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.problem.type.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} lists every error code of the gateway with the texts that callers get. */
class ErrorsPageTest {
    private static List<String> rows() throws IOException {
        return Files.readAllLines(Path.of("docs", "errors.md")).stream()
                .filter(line -> line.matches("\\| \\d{3} \\|.*"))
                .toList();
    }

    @Test
    void the_page_has_a_row_for_each_problem_type_in_the_order_of_the_statuses() throws IOException {
        var expected = Arrays.stream(ProblemType.values())
                .sorted(Comparator.comparing(ProblemType::status))
                .map(type ->
                        "| %d | `%s` | %s | %s | ".formatted(type.status(), type.code(), type.title(), type.nextStep()))
                .toList();
        assertThat(rows())
                .hasSameSizeAs(expected)
                .zipSatisfy(expected, (row, begin) -> assertThat(row).startsWith(begin));
    }

    @Test
    void each_row_says_what_the_operator_does() throws IOException {
        assertThat(rows()).allMatch(row -> row.matches(".*\\| [A-Z][^|]*[.)] \\|"));
    }
}
