package dev.attachgateway.audit.command;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an operator asks of the packaged jar about the audit record. */
public sealed interface AuditCommand {
    /** How it is asked. */
    String USAGE = """
            audit verify [--expect NUMBER:HASH]...    proves that the record is as it was sealed
            audit export [--since TIME] [--until TIME] [--project ID]    prints it as lines of JSON
            TIME is like 2026-11-28 or 2026-11-28T12:00:00Z.""";

    /**
     * Proves the chain.
     *
     * @param expectedHashes hashes that were noted elsewhere, by the number of their seal
     */
    record Verify(Map<Long, String> expectedHashes) implements AuditCommand {
        private static final Pattern CHECKPOINT = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

        private static void addCheckpoint(Map<Long, String> all, String mark) {
            var parts = CHECKPOINT.matcher(mark);
            if (!parts.matches()) {
                throw new IllegalArgumentException(mark + " is no seal: it has to be NUMBER:HASH");
            }
            all.put(Long.valueOf(parts.group(1)), parts.group(2));
        }
    }

    /**
     * Prints lines.
     *
     * @param since not before; null for from the oldest on
     * @param until before; null for up to the newest
     * @param projectId of this project, in lower case as all ids in the record; null for all
     */
    record Export(
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable String projectId) implements AuditCommand {}

    /**
     * Reads the words after {@code audit}.
     *
     * @throws IllegalArgumentException with a sentence for who wrote them
     */
    static AuditCommand parse(List<String> words) {
        if (words.isEmpty() || words.size() % 2 == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        var options = words.subList(1, words.size());
        return switch (words.getFirst()) {
            case "verify" -> parseVerify(options);
            case "export" -> parseExport(options);
            default -> throw new IllegalArgumentException(USAGE);
        };
    }

    private static Verify parseVerify(List<String> options) {
        var expected = new HashMap<Long, String>();
        for (var at = 0; at < options.size(); at += 2) {
            if (!options.get(at).equals("--expect")) {
                throw new IllegalArgumentException(USAGE);
            }
            Verify.addCheckpoint(expected, options.get(at + 1));
        }
        return new Verify(expected);
    }

    private static Export parseExport(List<String> options) {
        var export = new Export(null, null, null);
        for (var at = 0; at < options.size(); at += 2) {
            var value = options.get(at + 1);
            export = switch (options.get(at)) {
                case "--since" -> new Export(parseTime(value), export.until, export.projectId);
                case "--until" -> new Export(export.since, parseTime(value), export.projectId);
                case "--project" -> new Export(export.since, export.until, value.toLowerCase(Locale.ROOT));
                default -> throw new IllegalArgumentException(USAGE);
            };
        }
        if (export.since != null && export.until != null && !export.since.isBefore(export.until)) {
            throw new IllegalArgumentException("--since has to be before --until");
        }
        return export;
    }

    private static Instant parseTime(String text) {
        try {
            return text.length() == "2026-11-28".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text + " is no time like 2026-11-28 or 2026-11-28T12:00:00Z", e);
        }
    }
}
