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
 * The secrets that the tests of classes use, all of them in one run, and what was found of them where they must not be. In
 * files, since each start of the application has its own classes, and what is left to look through at the end is another
 * process's matter.
 */
public final class Secrets {
    private static final Path FOLDER = Path.of("target", "secrets");
    private static final Path USED = FOLDER.resolve("used");
    private static final Path FOUND = FOLDER.resolve("found");
    private static final Path LOOKED = FOLDER.resolve("looked");

    /** Where the applications of each JVM write their log, besides the console: files with this in front of a number. */
    private static final String LOG = "log-";

    /** What the practice cloud's callers sign with, and the gateway itself. */
    private static final List<String> STANDING = List.of(
            Signing.KEY_1.secretKey(), Signing.KEY_2.secretKey(), Signing.VIEWER.secretKey(), "sandbox-secret-key");

    /** Tokens of any issuer and of the cloud begin with a JSON document in base64; long enough to be one. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{20,}");

    /** What a token, a signature or another secret consists of, as long as one may be. */
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{20,}");

    private Secrets() {}

    /** Remembers a secret without a form of its own: a cookie, a ticket, a signature. */
    public static void use(String secret) {
        append(USED, secret);
    }

    /**
     * Secrets to look for, besides those with a form of their own.
     *
     * @param lengths those that they have
     */
    public record Sought(Set<String> secrets, Set<Integer> lengths) {
        static final Sought NOTHING = of(List.of());

        private static Sought of(List<String> secrets) {
            return new Sought(
                    Set.copyOf(secrets), secrets.stream().map(String::length).collect(Collectors.toSet()));
        }

        /** Whether a word is one of them, or has one in it. */
        private boolean isIn(String word) {
            return lengths.stream()
                    .anyMatch(length -> IntStream.rangeClosed(0, word.length() - length)
                            .anyMatch(from -> secrets.contains(word.substring(from, from + length))));
        }
    }

    /** Those that were remembered, and the given ones. */
    public static Sought used(String... more) {
        var all = new ArrayList<>(lines(USED));
        all.addAll(List.of(more));
        return Sought.of(all);
    }

    /** Where something was found that must not be there. */
    public static List<String> found() {
        return lines(FOUND);
    }

    /** A part of the text that must not be there, with what stands around it. */
    public static Optional<String> in(String text, Sought sought) {
        for (var secret : STANDING) {
            var at = text.indexOf(secret);
            if (at >= 0) {
                return Optional.of(around(text, at));
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

    private static String around(String text, int at) {
        return "…" + text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100));
    }

    /** Fails when what the gateway said has a secret in it. */
    static void refuse(String place, String said) {
        in(said, Sought.NOTHING).ifPresent(found -> {
            throw new AssertionError(place + "a secret was said: " + found);
        });
    }

    /** The logs of all applications, one file for each JVM. */
    public static List<Path> logs() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith(LOG))
                    .toList();
        }
    }

    /** How many rows of their databases were looked through. */
    public static int rows() {
        return lines(LOOKED).stream().mapToInt(Integer::parseInt).sum();
    }

    /** Looks through all rows of all tables, and remembers what is found. */
    static void lookInto(Connection connection) throws SQLException {
        var used = used();
        var rows = contents(connection);
        for (var row : rows) {
            in(row, used).ifPresent(found -> append(FOUND, found.replace('\n', ' ')));
        }
        append(LOOKED, Integer.toString(rows.size()));
    }

    /** All rows of all tables, with what is binary as hexadecimal digits. */
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
