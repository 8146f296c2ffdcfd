package dev.attachgateway.access;

import dev.attachgateway.testkit.Fork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A file behind a symbolic link that is replaced atomically, alternating between renaming a file over the link's target and
 * renaming a link over the link. Its path is fixed, since a profile and its test have different class loaders.
 */
public final class SwappedFile {
    public static final Path LINK = Fork.file("grants-that-change/grants.yaml");

    private SwappedFile() {}

    /** Resets the file to a grant that matches no caller. */
    public static void begin() {
        try {
            Files.createDirectories(LINK.getParent());
            Files.writeString(
                    LINK.resolveSibling("data-0"),
                    "grants:\n  - {name: none, issuer: sandbox, subjects: [nobody], projects: [\"*\"], actions: [read]}\n");
            Files.deleteIfExists(LINK);
            Files.createSymbolicLink(LINK, Path.of("data-0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void put(String text, int turn) throws IOException {
        Path previous = LINK.toRealPath();
        Path next = Files.writeString(LINK.resolveSibling("next"), text);
        if (turn % 2 == 0) {
            Files.move(next, previous, StandardCopyOption.ATOMIC_MOVE);
        } else {
            Path data = LINK.resolveSibling("data-" + UUID.randomUUID());
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            Path link = LINK.resolveSibling("link");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, data.getFileName());
            Files.move(link, LINK, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(previous);
        }
    }
}
