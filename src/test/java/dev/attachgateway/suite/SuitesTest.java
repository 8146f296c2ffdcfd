package dev.attachgateway.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;

/**
 * Proves that each test class is in exactly one suite: outside of all suites it would never run in {@code verify}, in
 * two it would run twice.
 */
class SuitesTest {
    private static final Path CLASSES = Path.of("target", "test-classes");
    private static final String PACKAGE = "dev.attachgateway.suite.";

    @Test
    void each_test_class_is_in_exactly_one_suite() throws IOException {
        var suites = classes(PACKAGE, "Suite");
        assertThat(suites).hasSizeGreaterThan(3);
        for (var test : classes("", "Test")) {
            assertThat(suites)
                    .as("the suites of %s: its package must be selected by one of the suites in %s", test, PACKAGE)
                    .filteredOn(suite -> selects(suite, test))
                    .hasSize(1);
        }
    }

    /** Returns the names of the compiled classes with this prefix and suffix. */
    static List<String> classes(String prefix, String suffix) throws IOException {
        try (var files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith(suffix + ".class") && !file.contains("$"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    private static boolean selects(String suite, String test) {
        try {
            var type = Class.forName(suite);
            var included = type.getAnnotation(IncludeClassNamePatterns.class);
            var excluded = type.getAnnotation(ExcludeClassNamePatterns.class);
            return Arrays.stream(type.getAnnotation(SelectPackages.class).value())
                            .anyMatch(selected -> test.startsWith(selected + "."))
                    && (included == null || matches(test, included.value()))
                    && (excluded == null || !matches(test, excluded.value()));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean matches(String test, String[] patterns) {
        return Arrays.stream(patterns).anyMatch(test::matches);
    }
}
