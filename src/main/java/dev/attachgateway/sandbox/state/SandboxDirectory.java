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

/** The sandbox's data folder, held by one process at a time. */
public final class SandboxDirectory implements Closeable {

    private final Path path;
    private final FileChannel lock;

    private SandboxDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder, making it when it is absent.
     *
     * @throws IllegalStateException when another sandbox holds it
     */
    public static SandboxDirectory take(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new IllegalStateException("Another sandbox already uses the folder " + path.toAbsolutePath()
                        + "; stop it or name another folder.");
            }
            return new SandboxDirectory(path, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("The sandbox cannot use the folder " + path.toAbsolutePath(), e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    public Path file(String name) {
        return path.resolve(name);
    }

    /** Replaces a file's text as a whole: a reader, and a start after a crash, sees the old text or the new. */
    public void replace(String name, String text) {
        try {
            Path fresh = file(name + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A secret kept from one run to the next in a file that only its owner may read. */
    public String secret(String name, Supplier<String> maker) {
        try {
            if (!Files.exists(file(name))) {
                Path fresh = file(name + ".new");
                Files.deleteIfExists(fresh);
                Files.createFile(
                        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(fresh, maker.get());
                Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
