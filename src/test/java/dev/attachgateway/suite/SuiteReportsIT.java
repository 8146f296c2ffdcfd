package dev.attachgateway.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.junit.AnalyzeClasses;
import dev.attachgateway.testkit.MachineRequirements;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Proves from the reports that each test class has run; JUnit silently skips a class of a suite that cannot be loaded.
 */
class SuiteReportsIT {
    private static final Path CLASSES = Path.of("target", "test-classes");
    private static final Path REPORTS = Path.of("target", "surefire-reports");
    private static final Pattern TEST_CASE = Pattern.compile("<testcase [^>]*classname=\"([^\"\\[]+)");

    @Test
    void each_test_class_has_run() throws Exception {
        var executed = new TreeSet<String>();
        for (var suite : SuitesTest.classes("dev.attachgateway.suite.", "Suite")) {
            var report = REPORTS.resolve("TEST-" + suite + ".xml");
            MachineRequirements.that(Files.exists(report), "the reports of the unit tests, which verify runs first");
            assertThat(Files.getLastModifiedTime(report))
                    .as("%s is of an earlier run", report)
                    .isGreaterThan(Files.getLastModifiedTime(CLASSES.resolve(suite.replace('.', '/') + ".class")));
            TEST_CASE.matcher(Files.readString(report)).results().forEach(test -> executed.add(test.group(1)));
        }
        assertThat(executed).containsAll(reportedNames());
    }

    /** Returns the names under which the classes are reported: ArchUnit reports its classes without the package. */
    private static Set<String> reportedNames() throws IOException, ClassNotFoundException {
        var names = new TreeSet<String>();
        for (var name : SuitesTest.classes("", "Test")) {
            // Not initialised: some classes need the configuration of their application.
            var type = Class.forName(name, false, SuiteReportsIT.class.getClassLoader());
            if (!Modifier.isAbstract(type.getModifiers())) {
                names.add(type.isAnnotationPresent(AnalyzeClasses.class) ? type.getSimpleName() : name);
            }
        }
        return names;
    }
}
