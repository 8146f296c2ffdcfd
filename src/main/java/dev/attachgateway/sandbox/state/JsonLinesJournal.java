package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * An append-only file of JSON lines.
 *
 * <p>A line is passed to the operating system in one write before {@link #append} returns, so it survives
 * {@code kill -9} of this process. A torn last line is dropped when the file is replayed.
 */
public final class JsonLinesJournal implements Closeable {

    private final RandomAccessFile file;

    private JsonLinesJournal(RandomAccessFile file) {
        this.file = file;
    }

    /** Opens or creates a journal; {@link #replay} must be called before the first {@link #append}. */
    public static JsonLinesJournal open(SandboxDirectory sandboxDirectory, String name) {
        try {
            return new JsonLinesJournal(
                    new RandomAccessFile(sandboxDirectory.file(name).toFile(), "rw"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes every line to the reader, oldest first, and truncates the file after the last complete line. */
    public void replay(Consumer<JsonObject> reader) {
        try {
            file.seek(0);
            byte[] bytes = new byte[Math.toIntExact(file.length())];
            file.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            file.setLength(end);
            file.seek(end);
            new String(bytes, 0, end, StandardCharsets.UTF_8)
                    .lines()
                    .map(JsonObject::new)
                    .forEach(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends one line. */
    public void append(JsonObject line) {
        write(line.encode() + "\n");
    }

    /** Empties the file. */
    public void clear() {
        try {
            file.setLength(0);
            file.seek(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String text) {
        try {
            long before = file.getFilePointer();
            try {
                file.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                file.setLength(before); // a partial line would corrupt the next one
                file.seek(before);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
