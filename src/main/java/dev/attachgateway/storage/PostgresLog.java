package dev.attachgateway.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The log of PostgreSQL: a file of bounded size with one predecessor beside it.
 *
 * <p>PostgreSQL writes the file itself, so that it can log after the gateway has died. It appends, so truncating the file
 * while it is open is safe; the few lines written during the copy may be lost.
 */
record PostgresLog(Path file, long maxBytes) {
    private static final long DEFAULT_MAX_BYTES = 8L << 20;
    private static final int TAIL_BYTES = 2_000;

    static PostgresLog of(DataDirectory dataDirectory) {
        return new PostgresLog(dataDirectory.logFile(), DEFAULT_MAX_BYTES);
    }

    /** Truncates the file once it exceeds the limit, and keeps its content as {@code *.previous}. */
    void rotateIfTooLarge() throws IOException {
        if (Files.exists(file) && Files.size(file) > maxBytes) {
            Path previous = file.resolveSibling(file.getFileName() + ".previous");
            Files.copy(file, previous, StandardCopyOption.REPLACE_EXISTING);
            try (var log = new RandomAccessFile(file.toFile(), "rw")) {
                log.setLength(0);
            }
        }
    }

    /** The current length in bytes: a position for {@link #readSince}. */
    long length() {
        return file.toFile().length();
    }

    /** The content after a position, at most its last 2,000 bytes. */
    String readSince(long position) {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(Math.min(position, log.length()), log.length() - TAIL_BYTES);
            byte[] bytes = new byte[Math.toIntExact(log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    /** A failure whose message has the tail of the log. */
    StorageUnavailableException exceptionWithTail(String message) {
        return new StorageUnavailableException(message + ". The log " + file + " ends with:\n" + readSince(0));
    }
}
