package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One gateway a folder: a file lock which the kernel lets go of when this process ends, however it ends. */
final class DataDirectoryLock implements AutoCloseable {
    // POSIX drops all of a process's locks on a file as soon as it closes any descriptor of it, so a channel that met
    // the lock of its own process is kept open, and kept reachable, for good.
    private static final Set<FileChannel> REFUSED_HERE = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock, or refuses at once when somebody has it. */
    static DataDirectoryLock take(DataDirectory dataDirectory) {
        try {
            FileChannel channel =
                    FileChannel.open(dataDirectory.lock(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            if (tryLock(channel) == null) {
                throw new StorageUnavailableException(
                        "The storage folder " + dataDirectory.path() + " is in use by another gateway."
                                + " Stop that one, give this one a storage.folder of its own,"
                                + " or let both share one PostgreSQL by storage.url.");
            }
            return new DataDirectoryLock(channel);
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "The storage folder " + dataDirectory.path() + " cannot be locked: " + e + ".", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return lock;
        } catch (OverlappingFileLockException e) {
            REFUSED_HERE.add(channel);
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
