package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README is short, every link of the documentation resolves, and its sentences have nouns for subjects. */
class DocumentationTest {
    private static final int README_MAX_BYTES = 7 * 1024;

    /** Path and anchor of a link to a file or a section of this repository; each may be empty. */
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]*)#?([^)]*)\\)");

    private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$", Pattern.MULTILINE);
    private static final Pattern CODE_BLOCK = Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** Where a sentence begins: after a full stop, at the beginning of a line, of a list item or of a cell. */
    private static final Pattern SENTENCE =
            Pattern.compile("(?:^|(?<=[.!?:] )|(?<=\\| )|(?<=^- )|(?<=^\\d\\. ))([A-Z][a-z]+)\\b", Pattern.MULTILINE);

    private static final List<String> NO_NOUN =
            List.of("What", "Whatever", "Who", "Whoever", "Nobody", "Somebody", "Anybody");

    @Test
    void the_readme_has_at_most_7_kb() throws IOException {
        assertThat(Files.size(Path.of("README.md"))).isLessThanOrEqualTo(README_MAX_BYTES);
    }

    @Test
    void every_link_to_a_file_or_a_section_resolves() throws IOException {
        for (var page : pages()) {
            for (var link : LINK.matcher(Files.readString(page)).results().toList()) {
                var target = link.group(1).isEmpty()
                        ? page
                        : page.toAbsolutePath()
                                .resolve("..")
                                .resolve(link.group(1))
                                .normalize();
                assertThat(target).as("%s: %s", page, link.group()).exists();
                if (!link.group(2).isEmpty() && target.toString().endsWith(".md")) {
                    assertThat(anchors(target)).as("%s: %s", page, link.group()).contains(link.group(2));
                }
            }
        }
    }

    @Test
    void at_most_one_sentence_in_a_hundred_begins_without_a_noun() throws IOException {
        var begins = pages().stream()
                .flatMap(page -> SENTENCE.matcher(CODE_BLOCK.matcher(read(page)).replaceAll(""))
                        .results())
                .map(match -> match.group(1))
                .toList();
        assertThat(begins.stream().filter(NO_NOUN::contains).count() * 100).isLessThanOrEqualTo(begins.size());
    }

    /** The pages for users and operators; decisions are not edited later. */
    private static List<Path> pages() throws IOException {
        try (var docs = Files.list(Path.of("docs"));
                var root = Files.list(Path.of(""))) {
            return Stream.concat(docs, root)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> anchors(Path page) {
        return HEADING.matcher(CODE_BLOCK.matcher(read(page)).replaceAll(""))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
