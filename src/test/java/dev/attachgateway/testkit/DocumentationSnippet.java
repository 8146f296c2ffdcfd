package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a page of the documentation tells its readers to run. */
public final class DocumentationSnippet {
    private DocumentationSnippet() {}

    /** The only block of the page in this language; fails when there is none or another one. */
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

    /** The same text with another value in one place; fails when the place is not there exactly once. */
    public static String with(String code, String there, String here) {
        if (Pattern.compile(Pattern.quote(there)).matcher(code).results().count() != 1) {
            throw new AssertionError("«" + there + "» is not there once in:\n" + code);
        }
        return code.replaceFirst(Pattern.quote(there), Matcher.quoteReplacement(here));
    }

    private static String read(String page) {
        try {
            return Files.readString(Path.of(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
