package dev.attachgateway.storage;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's short-lived programs: their output goes to the log, and their time is limited. */
record PostgresCommand(PostgresLog log, Duration timeout) {

    /** Runs a program with {@code input} on its stdin; an exit status other than 0 fails with the tail of the log. */
    void run(List<String> command, String input) {
        int status = execute(command, input);
        if (status != 0) {
            throw log.exceptionWithTail(programName(command) + " failed with status " + status);
        }
    }

    /** Whether a program ends with status 0. */
    boolean succeeds(List<String> command) {
        return execute(command, "") == 0;
    }

    private int execute(List<String> command, String input) {
        try {
            Process process = processBuilder(command, log.file()).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // The program has ended without reading its input; its exit status is evaluated below.
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw log.exceptionWithTail(programName(command) + " did not end within " + timeout.toSeconds() + " s");
            }
            return process.exitValue();
        } catch (IOException _) {
            return COMMAND_NOT_FOUND;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while waiting for " + programName(command) + ".", e);
        }
    }

    /** A process that writes to {@code log} and does not inherit the PG* variables and the locale of this one. */
    static ProcessBuilder processBuilder(List<String> command, Path log) {
        var builder = new ProcessBuilder(command);
        File file = log.toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(file));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
        return builder;
    }

    private static final int COMMAND_NOT_FOUND = 127;

    private static String programName(List<String> command) {
        return command.stream()
                .filter(argument -> argument.contains("/bin/"))
                .map(argument -> argument.substring(argument.lastIndexOf('/') + 1))
                .findFirst()
                .orElse(command.getFirst());
    }
}
