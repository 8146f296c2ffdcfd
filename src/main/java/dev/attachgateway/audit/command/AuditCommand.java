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

/** A command of the packaged jar on the audit log. */
public sealed interface AuditCommand {
    /** The usage text. */
    String USAGE = """
            audit verify [--expect NUMBER:HASH]...    verifies the audit log against its chain of seals
            audit export [--since TIME] [--until TIME] [--project ID]    prints the audit log as lines of JSON
            TIME is like 2026-11-28 or 2026-11-28T12:00:00Z.""";

    /**
     * Verifies the chain.
     *
     * @param expectedHashes hashes that were recorded elsewhere, by the number of their seal
     */
    record Verify(Map<Long, String> expectedHashes) implements AuditCommand {
        private static final Pattern CHECKPOINT = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

        private static void addCheckpoint(Map<Long, String> expectedHashes, String text) {
            var parts = CHECKPOINT.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException(text + " is no seal: it must be NUMBER:HASH");
            }
            expectedHashes.put(Long.valueOf(parts.group(1)), parts.group(2));
        }
    }

    /**
     * Prints entries.
     *
     * @param since inclusive; null for no lower bound
     * @param until exclusive; null for no upper bound
     * @param projectId in lower case, as all ids in the audit log; null for all projects
     */
    record Export(
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable String projectId) implements AuditCommand {}

    /**
     * Parses the arguments after {@code audit}.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    static AuditCommand parse(List<String> arguments) {
        if (arguments.isEmpty() || arguments.size() % 2 == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        var options = arguments.subList(1, arguments.size());
        return switch (arguments.getFirst()) {
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
            throw new IllegalArgumentException("--since must be before --until");
        }
        return export;
    }

    private static Instant parseTime(String text) {
        try {
            return text.length() == "2026-11-28".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text + " is no time of the form 2026-11-28 or 2026-11-28T12:00:00Z", e);
        }
    }
}
