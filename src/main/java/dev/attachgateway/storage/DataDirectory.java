package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import org.jboss.logging.Logger;

/** The names of everything that lives in the data folder, and how a part of it comes into being all at once. */
record DataDirectory(Path path) {
    /** The version of the binaries in the jar; a folder keeps one unpacked copy of each version it has run. */
    static final String VERSION = "17.10";

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Logger LOG = Logger.getLogger(DataDirectory.class);

    static DataDirectory at(Path path) {
        try {
            Path folder = path.toAbsolutePath().normalize();
            Files.createDirectories(folder.resolveSibling("."));
            if (!Files.exists(folder)) {
                Files.createDirectory(folder, OWNER_ONLY);
            }
            return new DataDirectory(folder.toRealPath());
        } catch (IOException e) {
            throw new StorageUnavailableException("The storage folder " + path + " cannot be created: " + e + ".", e);
        }
    }

    Path binaries() {
        return path.resolve(VERSION);
    }

    Path program(String name) {
        return binaries().resolve("bin").resolve(name);
    }

    Path cluster() {
        return path.resolve("cluster");
    }

    Path password() {
        return path.resolve("password");
    }

    Path log() {
        return path.resolve("postgresql.log");
    }

    Path lock() {
        return path.resolve("lock");
    }

    /**
     * A place to build {@code part} in. What interrupted runs left behind is removed, but its name is never used again:
     * a program one of them started may still be writing there.
     */
    static Path unfinished(Path part) throws IOException {
        String prefix = part.getFileName() + ".unfinished-";
        try (var siblings = Files.newDirectoryStream(part.resolveSibling("."), prefix + "*")) {
            siblings.forEach(DataDirectory::remove);
        }
        return part.resolveSibling(prefix + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    /** Makes {@code unfinished} the part it was built to be, in one step that also survives a power cut. */
    static void finish(Path unfinished, Path part) throws IOException {
        Files.move(unfinished, part, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(part.resolveSibling("."), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    private static void remove(Path tree) {
        try (var parts = Files.walk(tree)) {
            for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(part);
            }
        } catch (IOException e) {
            LOG.warnf("left behind by an interrupted run and not removable path=%s cause=%s", tree, e);
        }
    }
}
