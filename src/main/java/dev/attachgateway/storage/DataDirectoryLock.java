package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Restricts a folder to one gateway: a file lock, which the kernel releases when this process ends, however it ends.
 */
final class DataDirectoryLock implements AutoCloseable {
    // POSIX releases all locks of a process on a file as soon as it closes any descriptor of the file, so a channel
    // that conflicted with a lock of this process is kept open and reachable until the process ends.
    private static final Set<FileChannel> CONFLICTING_CHANNELS = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Acquires the lock, or fails at once when another gateway holds it. */
    static DataDirectoryLock acquire(DataDirectory dataDirectory) {
        try {
            FileChannel channel = FileChannel.open(
                    dataDirectory.lockFile(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
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
        } catch (OverlappingFileLockException _) {
            CONFLICTING_CHANNELS.add(channel);
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
