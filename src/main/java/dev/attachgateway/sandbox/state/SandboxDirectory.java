package dev.attachgateway.sandbox.state;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sandbox's data folder, locked by one sandbox at a time. */
public final class SandboxDirectory implements Closeable {

    private final Path path;
    private final FileChannel lockChannel;

    private SandboxDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lockChannel = lock;
    }

    /**
     * Locks the folder; creates it when absent.
     *
     * @throws IllegalStateException when another sandbox has locked it
     */
    public static SandboxDirectory acquire(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new IllegalStateException("Another sandbox already uses the folder " + path.toAbsolutePath()
                        + "; stop it or name another folder.");
            }
            return new SandboxDirectory(path, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("The sandbox cannot use the folder " + path.toAbsolutePath(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // locked by this process
        }
    }

    /** Returns the path of a file in the folder. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Replaces a file atomically: a reader, and a start after a crash, sees the old text or the new. */
    public void replaceFile(String name, String text) {
        try {
            Path newFile = file(name + ".new");
            Files.writeString(newFile, text);
            Files.move(newFile, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a secret that is stored in a file that only its owner may read; creates it on the first call. */
    public String loadOrCreateSecret(String name, Supplier<String> generator) {
        try {
            if (!Files.exists(file(name))) {
                Path newFile = file(name + ".new");
                Files.deleteIfExists(newFile);
                Files.createFile(
                        newFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(newFile, generator.get());
                Files.move(newFile, file(name), StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }
}
