package dev.attachgateway.stream;

import dev.attachgateway.testkit.Fork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A grants file that a test rewrites while the gateway runs. */
public final class GrantsFileForTests {
    public static final Path FILE = Fork.file("grants-for-tests.yaml");

    private GrantsFileForTests() {}

    /**
     * A grant to read in every project.
     *
     *
     * @param servers ids separated by commas, or {@code *}
     */
    public record Reading(String client, String servers) {
        private String line(int number) {
            var ids = Stream.of(servers.split(",")).map(id -> '"' + id + '"').collect(Collectors.joining(", "));
            return "  - {name: g%d, issuer: sandbox, subjects: [%s], projects: [\"*\"], servers: [%s], actions: [read]}%n"
                    .formatted(number, client, ids);
        }
    }

    /** Replaces all grants atomically, as an operator's editor does. */
    public static void write(List<Reading> grants) {
        var text = new StringBuilder("grants:\n");
        for (var i = 0; i < grants.size(); i++) {
            text.append(grants.get(i).line(i));
        }
        try {
            Files.createDirectories(FILE.getParent());
            var next = Files.writeString(FILE.resolveSibling("grants-for-tests.next"), text);
            Files.move(next, FILE, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
