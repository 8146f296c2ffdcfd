package dev.attachgateway.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What PostgreSQL says, in a file of bounded size with one predecessor beside it.
 *
 * <p>The file is written to by PostgreSQL itself, which must be able to tell its story after the gateway has died. It
 * appends, so emptying the file under its hands is safe; the few lines written during the copy may be lost.
 */
record PostgresLog(Path file, long limit) {
    private static final long DEFAULT_LIMIT = 8L << 20;
    private static final int TAIL = 2_000;

    static PostgresLog in(DataDirectory dataDirectory) {
        return new PostgresLog(dataDirectory.log(), DEFAULT_LIMIT);
    }

    /** Empties the file once it has outgrown the limit, keeping what was in it as {@code *.previous}. */
    void bound() throws IOException {
        if (Files.exists(file) && Files.size(file) > limit) {
            Path previous = file.resolveSibling(file.getFileName() + ".previous");
            Files.copy(file, previous, StandardCopyOption.REPLACE_EXISTING);
            try (var log = new RandomAccessFile(file.toFile(), "rw")) {
                log.setLength(0);
            }
        }
    }

    /** How much has been said so far: a mark for {@link #since}. */
    long length() {
        return file.toFile().length();
    }

    /** What was said after the mark, at most the last 2,000 bytes of it. */
    String since(long mark) {
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(Math.min(mark, log.length()), log.length() - TAIL);
            byte[] bytes = new byte[Math.toIntExact(log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    /** A failure whose sentence carries the tail of the log. */
    StorageUnavailableException failure(String what) {
        return new StorageUnavailableException(what + ". The log " + file + " ends with:\n" + since(0));
    }
}
