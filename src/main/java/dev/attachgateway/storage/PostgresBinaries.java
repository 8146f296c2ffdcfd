package dev.attachgateway.storage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked from the jar. */
final class PostgresBinaries {
    private static final String ARCHIVE = "postgres-linux-x86_64.txz";
    private static final int PERMISSION_BITS = 0777;

    private PostgresBinaries() {}

    /** Unpacks into the folder unless that is already done; an interrupted copy is discarded. */
    static void unpackInto(DataDirectory dataDirectory) {
        requireSupportedPlatform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        if (Files.isDirectory(dataDirectory.binariesDirectory())) {
            return;
        }
        try (InputStream packed = PostgresBinaries.class.getClassLoader().getResourceAsStream(ARCHIVE)) {
            if (packed == null) {
                throw new StorageUnavailableException("This build contains no PostgreSQL (" + ARCHIVE
                        + " is missing). Give the address of a PostgreSQL 17 as storage.url.");
            }
            Path unfinished = DataDirectory.newTemporaryPath(dataDirectory.binariesDirectory());
            unpack(packed, unfinished);
            DataDirectory.moveIntoPlace(unfinished, dataDirectory.binariesDirectory());
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL cannot be unpacked into " + dataDirectory.binariesDirectory() + ": " + e + ".", e);
        }
    }

    static void requireSupportedPlatform(String system, String processor) {
        if (!system.equals("Linux") || !Set.of("amd64", "x86_64").contains(processor)) {
            throw new StorageUnavailableException("The embedded PostgreSQL runs on Linux on x86-64 only, and this is "
                    + system + " on " + processor + ". Give the address of a PostgreSQL 17 as storage.url.");
        }
    }

    private static void unpack(InputStream packed, Path target) throws IOException {
        Set<Path> written = new HashSet<>();
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException(entry.getName() + " points out of the archive");
                }
                Files.createDirectories(entry.isDirectory() ? path : path.resolveSibling("."));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (!entry.isDirectory()) {
                    Files.copy(tar, path);
                    written.add(path);
                }
                if (!Files.isSymbolicLink(path)) {
                    Files.setAttribute(path, "unix:mode", entry.getMode() & PERMISSION_BITS);
                }
            }
        }
        for (Path file : written) {
            fsync(file);
        }
    }

    // The contents must reach the disk before the rename that follows.
    private static void fsync(Path file) throws IOException {
        if (Files.size(file) > 0 && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
