package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.problem.type.ProblemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The first page tells the truth. */
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)[^)]*\\)");

    @Test
    void the_table_of_refusals_is_the_list_the_answers_are_made_from() throws IOException {
        var rows = Arrays.stream(ProblemType.values())
                .sorted(Comparator.comparing(ProblemType::status))
                .map(problemType -> "| %d | `%s` | %s | %s |"
                        .formatted(
                                problemType.status(), problemType.code(), problemType.title(), problemType.nextStep()))
                .toList();

        assertThat(Files.readAllLines(Path.of("README.md"))).containsSubsequence(rows);
    }

    @Test
    void every_link_to_a_file_leads_somewhere() throws IOException {
        try (var pages = Files.walk(Path.of("docs"))) {
            var all = new ArrayList<>(
                    pages.filter(page -> page.toString().endsWith(".md")).toList());
            all.add(Path.of("README.md"));
            all.add(Path.of("CONTRIBUTING.md"));
            for (var page : all) {
                var folder = page.toAbsolutePath().resolve("..").normalize();
                assertThat(LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)))
                        .as(page.toString())
                        .allSatisfy(link -> assertThat(folder.resolve(link)).exists());
            }
        }
    }
}
