package dev.attachgateway.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Skips a test loudly where the machine lacks something; with {@code -Dstrict} the lack is a failure. */
public final class MachineRequirements {

    private MachineRequirements() {}

    /** Asks for a command on the search path. */
    public static void command(String name) {
        program(name);
    }

    /** Asks for a program and says where it is: on the search path, or where Debian has its daemons. */
    public static Path program(String name) {
        var found = find(name);
        that(found.isPresent(), "the command " + name);
        return found.orElseThrow();
    }

    /** Asks for anything else, named so that a reader knows what to install. */
    public static void that(boolean present, String what) {
        if (present) {
            return;
        }
        if (strict()) {
            Assertions.fail("This test needs " + what + ", and -Dstrict allows no skip.");
        }
        System.err.println("SKIPPED: this test needs " + what + ".");
        Assumptions.abort("needs " + what);
    }

    /** Whether {@code -Dstrict} was given; without a value it counts, too. */
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
