package dev.attachgateway.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Skips a test with a message if the machine lacks a requirement; with {@code -Dstrict} the test fails. */
public final class MachineRequirements {

    private MachineRequirements() {}

    /** Requires a command on the search path. */
    public static void command(String name) {
        program(name);
    }

    /** Requires a program on the search path or in Debian's folder of daemons, and returns its path. */
    public static Path program(String name) {
        var found = find(name);
        that(found.isPresent(), "the command " + name);
        return found.orElseThrow();
    }

    /** Requires anything else; the name tells the reader what to install. */
    public static void that(boolean isPresent, String name) {
        if (isPresent) {
            return;
        }
        if (strict()) {
            Assertions.fail("This test needs " + name + ", and -Dstrict allows no skip.");
        }
        System.err.println("SKIPPED: this test needs " + name + ".");
        Assumptions.abort("needs " + name);
    }

    /** Whether {@code -Dstrict} is set, with any value but {@code false}. */
    public static boolean strict() {
        return !"false".equals(System.getProperty("strict", "false"));
    }

    private static Optional<Path> find(String name) {
        var path = Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""));
        return Stream.concat(path, Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
