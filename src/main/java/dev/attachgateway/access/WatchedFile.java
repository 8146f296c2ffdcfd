package dev.attachgateway.access;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What a file says, as its operator last wrote it without a mistake; read again when its content changes. */
final class WatchedFile<T extends WatchedFile.Content> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WatchedFile.class);
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final String kind;
    private final FileSource source;
    private final Reader<T> reader;
    private final ScheduledExecutorService lookout;
    private final ScheduledFuture<?> looking;
    private byte[] seen;
    private volatile T content;
    private String seenFault = "";
    private volatile String fault = "";

    /** What was read. */
    interface Content {
        /** How many entries it has, for the log. */
        int size();
    }

    /** Makes content of bytes. */
    interface Reader<T> {
        T read(byte[] file) throws BrokenFile;
    }

    /**
     * Reads the file and begins to watch it.
     *
     * @param kind what it holds, for sentences and the log: {@code grants}
     * @throws ConfigurationException when it cannot be used: without a first good one there is nothing to go on with
     */
    WatchedFile(String kind, FileSource source, Reader<T> reader, Duration lookEvery) {
        this.kind = kind;
        this.source = source;
        this.reader = reader;
        try {
            seen = source.read();
            content = reader.read(seen);
        } catch (BrokenFile e) {
            throw new ConfigurationException(
                    "The " + kind + " file " + source + " is unusable: " + e.getMessage() + ".");
        }
        LOG.infof("File read kind=%s file=%s entries=%d", kind, source, content.size());
        lookout = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(kind + "-file").factory());
        looking = lookout.scheduleWithFixedDelay(
                this::look, lookEvery.toMillis(), lookEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    T content() {
        return content;
    }

    /** Whether the file as it is now was refused, so that an older one is in force. */
    boolean broken() {
        return !fault.isEmpty();
    }

    @Override
    public void close() {
        looking.cancel(true);
        lookout.shutdownNow();
    }

    /** Compares what the file says, not its dates: renames, symlink swaps and edits within one tick are all seen. */
    private void look() {
        String why;
        try {
            byte[] now = source.read();
            if (!Arrays.equals(now, seen)) {
                seen = now;
                seenFault = adopt(now);
            }
            why = seenFault;
        } catch (BrokenFile e) {
            why = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            why = e.toString();
        }
        if (!why.isEmpty() && !why.equals(fault)) {
            LOG.errorf("File refused, the last good one stays kind=%s file=%s reason=%s", kind, source, why);
        }
        fault = why;
    }

    /** Puts the content in force, or says why not. */
    private String adopt(byte[] file) {
        try {
            content = reader.read(file);
        } catch (BrokenFile e) {
            return String.valueOf(e.getMessage());
        }
        LOG.infof("File read again kind=%s file=%s entries=%d", kind, source, content.size());
        return "";
    }
}
