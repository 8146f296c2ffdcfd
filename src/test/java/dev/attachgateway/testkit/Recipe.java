package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A stream client from the documentation, run as a reader would run it. */
public enum Recipe {
    CURL("bash", "follow.sh", "bash"),
    JAVA(
            "java",
            "Follow.java",
            Path.of(System.getProperty("java.home"), "bin", "java").toString()),
    PYTHON("python", "follow.py", "python3");

    private static final Duration LIMIT = Timeouts.CONDITION;

    private final String language;
    private final String file;
    private final String command;

    Recipe(String language, String file, String command) {
        this.language = language;
        this.file = file;
        this.command = command;
    }

    /** Starts the client on the URL of a stream; its token is in the file {@code token} of the folder. */
    public Running start(Path folder, String address) {
        if (!command.startsWith("/")) {
            MachineRequirements.command(command);
        }
        MachineRequirements.command("curl");
        try {
            var program =
                    Files.writeString(folder.resolve(file), DocumentationSnippet.code("docs/stream.md", language));
            var builder = new ProcessBuilder(command, program.toString(), address)
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            builder.environment().put("TOKEN_FILE", folder.resolve("token").toString());
            var process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Running(process, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running client. */
    public record Running(Process process, Path folder) implements AutoCloseable {
        /** The printed lines, each with an event's name and data. */
        public List<String> told() {
            return read("out").lines().toList();
        }

        /** The content of its standard error. */
        public String complaint() {
            return read("err");
        }

        /** Waits for its exit status. */
        public int exit() throws InterruptedException {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the client still runs after " + told() + complaint());
            }
            return process.exitValue();
        }

        private String read(String name) {
            try {
                return Files.readString(folder.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
