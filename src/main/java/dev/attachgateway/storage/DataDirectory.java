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

/** The layout of the data folder, and the atomic creation of its parts. */
record DataDirectory(Path path) {
    /** The version of the binaries in the jar; the folder keeps one unpacked copy of each version that was used. */
    static final String POSTGRES_VERSION = "17.10";

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Logger LOG = Logger.getLogger(DataDirectory.class);

    static DataDirectory openOrCreate(Path path) {
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

    Path binariesDirectory() {
        return path.resolve(POSTGRES_VERSION);
    }

    Path programFile(String name) {
        return binariesDirectory().resolve("bin").resolve(name);
    }

    Path clusterDirectory() {
        return path.resolve("cluster");
    }

    Path passwordFile() {
        return path.resolve("password");
    }

    Path logFile() {
        return path.resolve("postgresql.log");
    }

    Path lockFile() {
        return path.resolve("lock");
    }

    /**
     * A path to build {@code part} at. Leftovers of interrupted runs are removed, but their names are never used again: a
     * program started by one of those runs may still be writing there.
     */
    static Path newTemporaryPath(Path part) throws IOException {
        String prefix = part.getFileName() + ".unfinished-";
        try (var siblings = Files.newDirectoryStream(part.resolveSibling("."), prefix + "*")) {
            siblings.forEach(DataDirectory::deleteTree);
        }
        return part.resolveSibling(prefix + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    /** Moves {@code unfinished} to its final path, atomically and durably. */
    static void moveIntoPlace(Path unfinished, Path part) throws IOException {
        Files.move(unfinished, part, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(part.resolveSibling("."), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    private static void deleteTree(Path tree) {
        try (var parts = Files.walk(tree)) {
            for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(part);
            }
        } catch (IOException e) {
            LOG.warnf("leftover of an interrupted run cannot be removed path=%s cause=%s", tree, e);
        }
    }
}
