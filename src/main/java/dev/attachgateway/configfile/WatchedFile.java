package dev.attachgateway.configfile;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The content of the last valid version of a configuration file; the file is polled and reloaded when it changes. */
public final class WatchedFile<T extends WatchedFile.Content> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WatchedFile.class);
    /** The default interval at which the file is checked for changes. */
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

    /** The parsed content of a file. */
    public interface Content {
        /** The number of entries, for the log. */
        int size();
    }

    /** Parses a file. */
    public interface Parser<T> {
        /** Parses the bytes of the file; fails with a message for the operator. */
        T parse(byte[] file) throws InvalidConfigFileException;
    }

    /**
     * Reads the file and starts to watch it.
     *
     * @param kind the kind of content, for messages and the log, for example {@code grants}
     * @throws ConfigurationException when the first version is invalid, because there is no older one to fall back to
     */
    public WatchedFile(String kind, ConfigFileSource source, Parser<T> parser, Duration pollInterval) {
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
                this::poll, pollInterval.toMillis(), pollInterval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The last valid content. */
    public T content() {
        return content;
    }

    /** Whether the current file is invalid, so that an older version is in force. */
    public boolean isBroken() {
        return !currentError.isEmpty();
    }

    @Override
    public void close() {
        pollTask.cancel(true);
        scheduler.shutdownNow();
    }

    /** Compares content instead of dates, which detects renames, symlink swaps and edits within one timestamp tick. */
    private void poll() {
        String error;
        try {
            byte[] current = source.read();
            if (!Arrays.equals(current, lastRead)) {
                lastRead = current;
                lastParseError = reload(current);
            }
            error = lastParseError;
        } catch (InvalidConfigFileException e) {
            error = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            error = e.toString();
        }
        if (!error.isEmpty() && !error.equals(currentError)) {
            LOG.errorf(
                    "File rejected, the last valid version stays in force kind=%s file=%s reason=%s",
                    kind, source, error);
        }
        currentError = error;
    }

    /** Puts the content in force; returns the error when it is invalid, else an empty string. */
    private String reload(byte[] file) {
        try {
            content = parser.parse(file);
        } catch (InvalidConfigFileException e) {
            return String.valueOf(e.getMessage());
        }
        LOG.infof("File reloaded kind=%s file=%s entries=%d", kind, source, content.size());
        return "";
    }
}
