package dev.attachgateway.storage;

import dev.attachgateway.testkit.Fork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data folders for tests: they share one unpacked copy of the programs, which only one test unpacks itself. */
public final class Folders {
    private Folders() {}

    /** A folder named {@code postgresql} within the parent, with the programs in it. */
    public static Path withPrograms(Path parent) throws IOException {
        Path shared = Path.of("target", "postgresql-programs").toAbsolutePath();
        Fork.exclusively("postgresql-programs", () -> {
            Binaries.unpackInto(Folder.at(shared));
            return shared;
        });
        Path folder = Files.createDirectories(parent.resolve("postgresql"));
        Files.createSymbolicLink(folder.resolve(Folder.VERSION), shared.resolve(Folder.VERSION));
        return folder;
    }
}
