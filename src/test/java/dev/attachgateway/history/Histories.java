package dev.attachgateway.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The three histories of one run: requests with their responses, events, and effects. */
public record Histories(List<Attempt> attempts, List<Event> events, List<Effect> effects) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    public Histories {
        attempts = List.copyOf(attempts);
        events = List.copyOf(events);
        effects = List.copyOf(effects);
    }

    /** Reads the files of {@link #writeTo}. */
    public static Histories readFrom(Path folder) throws IOException {
        return new Histories(
                read(folder.resolve("answers.jsonl"), Attempt.class),
                read(folder.resolve("events.jsonl"), Event.class),
                read(folder.resolve("ledger.jsonl"), Effect.class));
    }

    /** Writes three files of JSON lines. */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        write(folder.resolve("answers.jsonl"), attempts);
        write(folder.resolve("events.jsonl"), events);
        write(folder.resolve("ledger.jsonl"), effects);
    }

    private static void write(Path file, List<?> lines) throws IOException {
        Files.write(file, lines.stream().map(Histories::line).toList());
    }

    private static String line(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> List<T> read(Path file, Class<T> type) throws IOException {
        try (var lines = JSON.readerFor(type).<T>readValues(file.toFile())) {
            return lines.readAll();
        }
    }
}
