package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The secrets that the tests of one run use, and the leaks of them that were found. Both are kept in files, because each
 * start of the application has its own class loader and another process scans the logs at the end of the run.
 */
public final class Secrets {
    private static final Path FOLDER = Path.of("target", "secrets");
    private static final Path USED = FOLDER.resolve("used");
    private static final Path FOUND = FOLDER.resolve("found");
    private static final Path SCANNED_ROWS = FOLDER.resolve("scanned-rows");

    /** The name prefix of the log files of the applications, one file per JVM. */
    private static final String LOG_PREFIX = "log-";

    /** The fixed secret keys of the sandbox's callers and of the gateway. */
    private static final List<String> FIXED_SECRETS = List.of(
            Signing.KEY_1.secretKey(), Signing.KEY_2.secretKey(), Signing.VIEWER.secretKey(), "sandbox-secret-key");

    /** Tokens of any issuer and of the cloud begin with a JSON document in base64; the length excludes other words. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{20,}");

    /** The characters of tokens, signatures and other secrets, with their minimum length. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{20,}");

    private Secrets() {}

    /** Registers a secret without a recognizable format: a cookie, a ticket, a signature. */
    public static void use(String secret) {
        append(USED, secret);
    }

    /**
     * Secrets to search for, in addition to those with a recognizable format.
     *
     * @param lengths the lengths of the secrets
     */
    public record Sought(Set<String> secrets, Set<Integer> lengths) {
        static final Sought NOTHING = of(List.of());

        private static Sought of(List<String> secrets) {
            return new Sought(
                    Set.copyOf(secrets), secrets.stream().map(String::length).collect(Collectors.toSet()));
        }

        /** Whether a word is or contains one of the secrets. */
        private boolean isIn(String word) {
            return lengths.stream()
                    .anyMatch(length -> IntStream.rangeClosed(0, word.length() - length)
                            .anyMatch(from -> secrets.contains(word.substring(from, from + length))));
        }
    }

    /** The registered secrets and the given ones. */
    public static Sought used(String... more) {
        var all = new ArrayList<>(lines(USED));
        all.addAll(List.of(more));
        return Sought.of(all);
    }

    /** The leaks found in databases. */
    public static List<String> found() {
        return lines(FOUND);
    }

    /** The first secret in the text, with the surrounding text. */
    public static Optional<String> in(String text, Sought sought) {
        for (var secret : FIXED_SECRETS) {
            var index = text.indexOf(secret);
            if (index >= 0) {
                return Optional.of(around(text, index));
            }
        }
        var token = TOKEN.matcher(text);
        if (token.find()) {
            return Optional.of(around(text, token.start()));
        }
        return WORD.matcher(text)
                .results()
                .filter(word -> sought.isIn(word.group()))
                .findFirst()
                .map(word -> around(text, word.start()));
    }

    private static String around(String text, int index) {
        return "…" + text.substring(Math.max(0, index - 300), Math.min(text.length(), index + 100));
    }

    /** Fails if the output of the gateway contains a secret. */
    static void refuse(String context, String output) {
        in(output, Sought.NOTHING).ifPresent(found -> {
            throw new AssertionError(context + "the output contains a secret: " + found);
        });
    }

    /** The logs of all applications, one file per JVM. */
    public static List<Path> logs() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith(LOG_PREFIX))
                    .toList();
        }
    }

    /** The number of scanned database rows. */
    public static int rows() {
        return lines(SCANNED_ROWS).stream().mapToInt(Integer::parseInt).sum();
    }

    /** Scans all rows of all tables and records the leaks. */
    static void scan(Connection connection) throws SQLException {
        var used = used();
        var rows = contents(connection);
        for (var row : rows) {
            in(row, used).ifPresent(found -> append(FOUND, found.replace('\n', ' ')));
        }
        append(SCANNED_ROWS, Integer.toString(rows.size()));
    }

    /** All rows of all tables, with binary values as hexadecimal digits. */
    public static List<String> contents(Connection connection) throws SQLException {
        var all = new ArrayList<String>();
        try (var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var names = statement.executeQuery(
                    "select format('%I', tablename) from pg_tables where schemaname = 'public'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            for (var table : tables) {
                try (var rows = statement.executeQuery("select t::text from " + table + " t")) {
                    while (rows.next()) {
                        all.add(table + " " + rows.getString(1));
                    }
                }
            }
        }
        return all;
    }

    private static void append(Path file, String line) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
