package dev.attachgateway.storage;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of PostgreSQL's short-lived programs: what it says goes to the log, and it has a limited time to end. */
record PostgresCommand(PostgresLog log, Duration limit) {

    /** Runs it with {@code input} on its stdin; an exit status other than 0 is a failure told with the log's tail. */
    void run(List<String> words, String input) {
        int status = start(words, input);
        if (status != 0) {
            throw log.failure(name(words) + " failed with status " + status);
        }
    }

    /** Whether it ends with status 0. */
    boolean succeeds(List<String> words) {
        return start(words, "") == 0;
    }

    private int start(List<String> words, String input) {
        try {
            Process process = builder(words, log.file()).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It has ended without reading; its status says why.
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw log.failure(name(words) + " did not end within " + limit.toSeconds() + " s");
            }
            return process.exitValue();
        } catch (IOException e) {
            return MISSING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while waiting for " + name(words) + ".", e);
        }
    }

    /** A process that writes to {@code log} and knows nothing of the PG* variables and the locale of this one. */
    static ProcessBuilder builder(List<String> words, Path log) {
        ProcessBuilder builder = new ProcessBuilder(words);
        File file = log.toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(file));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
        return builder;
    }

    private static final int MISSING = 127;

    private static String name(List<String> words) {
        return words.stream()
                .filter(word -> word.contains("/bin/"))
                .map(word -> word.substring(word.lastIndexOf('/') + 1))
                .findFirst()
                .orElse(words.getFirst());
    }
}
