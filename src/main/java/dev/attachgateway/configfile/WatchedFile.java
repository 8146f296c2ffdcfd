package dev.attachgateway.configfile;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What a file says, as its operator last wrote it without a mistake; read again when its content changes. */
public final class WatchedFile<T extends WatchedFile.Content> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WatchedFile.class);
    public static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    private final String kind;
    private final ConfigFileSource source;
    private final Parser<T> parser;
    private final ScheduledExecutorService scheduler;
    private final ScheduledFuture<?> pollTask;
    private byte[] lastRead;
    private volatile T content;
    private String lastParseError = "";
    private volatile String currentError = "";

    /** What was read. */
    public interface Content {
        /** How many entries it has, for the log. */
        int size();
    }

    /** Makes content of bytes. */
    public interface Parser<T> {
        T parse(byte[] file) throws InvalidConfigFileException;
    }

    /**
     * Reads the file and begins to watch it.
     *
     * @param kind what it holds, for sentences and the log: {@code grants}
     * @throws ConfigurationException when it cannot be used: without a first good one there is nothing to go on with
     */
    public WatchedFile(String kind, ConfigFileSource source, Parser<T> parser, Duration lookEvery) {
        this.kind = kind;
        this.source = source;
        this.parser = parser;
        try {
            lastRead = source.read();
            content = parser.parse(lastRead);
        } catch (InvalidConfigFileException e) {
            throw new ConfigurationException(
                    "The " + kind + " file " + source + " is unusable: " + e.getMessage() + ".");
        }
        LOG.infof("File read kind=%s file=%s entries=%d", kind, source, content.size());
        scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(kind + "-file").factory());
        pollTask = scheduler.scheduleWithFixedDelay(
                this::poll, lookEvery.toMillis(), lookEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    public T content() {
        return content;
    }

    /** Whether the file as it is now was refused, so that an older one is in force. */
    public boolean isBroken() {
        return !currentError.isEmpty();
    }

    @Override
    public void close() {
        pollTask.cancel(true);
        scheduler.shutdownNow();
    }

    /** Compares what the file says, not its dates: renames, symlink swaps and edits within one tick are all seen. */
    private void poll() {
        String why;
        try {
            byte[] now = source.read();
            if (!Arrays.equals(now, lastRead)) {
                lastRead = now;
                lastParseError = reload(now);
            }
            why = lastParseError;
        } catch (InvalidConfigFileException e) {
            why = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            why = e.toString();
        }
        if (!why.isEmpty() && !why.equals(currentError)) {
            LOG.errorf("File refused, the last good one stays kind=%s file=%s reason=%s", kind, source, why);
        }
        currentError = why;
    }

    /** Puts the content in force, or says why not. */
    private String reload(byte[] file) {
        try {
            content = parser.parse(file);
        } catch (InvalidConfigFileException e) {
            return String.valueOf(e.getMessage());
        }
        LOG.infof("File read again kind=%s file=%s entries=%d", kind, source, content.size());
        return "";
    }
}
