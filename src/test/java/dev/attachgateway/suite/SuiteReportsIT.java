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

/** JUnit passes over a class of a suite that cannot be loaded, and says nothing; so the reports are asked for each. */
class SuiteReportsIT {
    private static final Path CLASSES = Path.of("target", "test-classes");
    private static final Path REPORTS = Path.of("target", "surefire-reports");
    private static final Pattern RAN = Pattern.compile("<testcase [^>]*classname=\"([^\"\\[]+)");

    @Test
    void each_test_class_has_run() throws Exception {
        var ran = new TreeSet<String>();
        for (var suite : SuitesTest.classes("dev.attachgateway.suite.", "Suite")) {
            var report = REPORTS.resolve("TEST-" + suite + ".xml");
            MachineRequirements.that(Files.exists(report), "the tests of classes, which run before in verify");
            assertThat(Files.getLastModifiedTime(report))
                    .as("%s is of an earlier run", report)
                    .isGreaterThan(Files.getLastModifiedTime(CLASSES.resolve(suite.replace('.', '/') + ".class")));
            RAN.matcher(Files.readString(report)).results().forEach(test -> ran.add(test.group(1)));
        }
        assertThat(ran).containsAll(concrete());
    }

    /** The names under which the classes are reported: ArchUnit reports its own without their package. */
    private static Set<String> concrete() throws IOException, ClassNotFoundException {
        var names = new TreeSet<String>();
        for (var name : SuitesTest.classes("", "Test")) {
            // Not initialised: some want the settings of their application.
            var type = Class.forName(name, false, SuiteReportsIT.class.getClassLoader());
            if (!Modifier.isAbstract(type.getModifiers())) {
                names.add(type.isAnnotationPresent(AnalyzeClasses.class) ? type.getSimpleName() : name);
            }
        }
        return names;
    }
}
