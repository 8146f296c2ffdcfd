package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Code blocks of the documentation that tests run. */
public final class DocumentationSnippet {
    private DocumentationSnippet() {}

    /** The only code block of the page in this language; fails if there is not exactly one. */
    public static String code(String page, String language) {
        var blocks = Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(read(page))
                .results()
                .map(block -> block.group(1))
                .toList();
        if (blocks.size() != 1) {
            throw new AssertionError(page + " has " + blocks.size() + " blocks of " + language);
        }
        return blocks.getFirst();
    }

    /** The code with one text replaced; fails if the text does not occur exactly once. */
    public static String with(String code, String target, String replacement) {
        if (Pattern.compile(Pattern.quote(target)).matcher(code).results().count() != 1) {
            throw new AssertionError("«" + target + "» does not occur exactly once in:\n" + code);
        }
        return code.replaceFirst(Pattern.quote(target), Matcher.quoteReplacement(replacement));
    }

    private static String read(String page) {
        try {
            return Files.readString(Path.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
