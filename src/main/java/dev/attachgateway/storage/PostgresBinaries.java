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

/** PostgreSQL's programs, unpacked from the jar they come in. */
final class PostgresBinaries {
    private static final String ARCHIVE = "postgres-linux-x86_64.txz";
    private static final int PERMISSION_BITS = 0777;

    private PostgresBinaries() {}

    /** Unpacks into the folder unless that was already done; a copy that was interrupted is thrown away. */
    static void unpackInto(DataDirectory dataDirectory) {
        requireSupported(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        if (Files.isDirectory(dataDirectory.binaries())) {
            return;
        }
        try (InputStream packed = PostgresBinaries.class.getClassLoader().getResourceAsStream(ARCHIVE)) {
            if (packed == null) {
                throw new StorageUnavailableException("This build carries no PostgreSQL (" + ARCHIVE
                        + " is missing). Give the address of a PostgreSQL 17 as storage.url.");
            }
            Path unfinished = DataDirectory.unfinished(dataDirectory.binaries());
            unpack(packed, unfinished);
            DataDirectory.finish(unfinished, dataDirectory.binaries());
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL cannot be unpacked into " + dataDirectory.binaries() + ": " + e + ".", e);
        }
    }

    static void requireSupported(String system, String processor) {
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
            flush(file);
        }
    }

    // The rename that follows must not reach the disk before what it names.
    private static void flush(Path file) throws IOException {
        if (Files.size(file) > 0 && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
