package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A packaged build in its own process and working directory; its output is kept for failure messages. */
public final class JarProcess implements AutoCloseable {
    private static final Duration KILL_TIMEOUT = Timeouts.CONDITION;

    /** Prefixes of environment variables that would configure the gateway and are removed from its environment. */
    private static final List<String> REMOVED_PREFIXES =
            List.of("STORAGE", "QUARKUS", "SANDBOX", "UPSTREAM", "ACCESS", "OPERATION", "ATTACH", "STREAM", "AUDIT");

    /** Processes that a shutdown hook kills if the test run is interrupted. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Path log;

    private JarProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a build; its output is appended to the log. */
    public static JarProcess start(
            PackagedBuild build, Path directory, Path log, Map<String, String> environment, String... arguments) {
        return start(build, FirstStart.flags(build), directory, log, environment, arguments);
    }

    /** Starts a build with these JVM flags; its output is appended to the log. */
    static JarProcess start(
            PackagedBuild build,
            List<String> flags,
            Path directory,
            Path log,
            Map<String, String> environment,
            String... arguments) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The processes are short-lived: C2 would cost the two cores of a build server more than it saves.
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx320m"));
        words.addAll(flags);
        words.addAll(List.of("-jar", build.jar().toString()));
        words.addAll(List.of(arguments));
        return start(words, directory, log, environment);
    }

    /** Starts a command; its output is appended to the log. */
    public static JarProcess start(List<String> words, Path directory, Path log, Map<String, String> environment) {
        var builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> REMOVED_PREFIXES.stream().anyMatch(name::startsWith));
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            RUNNING.add(process);
            return new JarProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The content of the log, including the output of earlier processes with the same log. */
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    /** An error with the message and the end of the log. */
    public AssertionError failure(String message) {
        var lines = said().lines().toList();
        return new AssertionError(message + "; " + log + " ends with:\n"
                + lines.stream().skip(Math.max(0, lines.size() - 60)).collect(Collectors.joining("\n")));
    }

    /** Sends SIGKILL to the process and its descendants. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exit(KILL_TIMEOUT);
    }

    /** Sends SIGTERM without waiting for the process to end. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGSTOP: the process is suspended until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    /** Sends SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        CommandResult.run(
                        Path.of("."), Map.of(), Duration.ofSeconds(5), "kill", "-" + name, Long.toString(process.pid()))
                .printed();
    }

    /** Waits for the exit status; 128 plus the signal's number if a signal ended the process. */
    public int exit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("process " + process.pid() + " has not ended within " + limit);
            }
            RUNNING.remove(process);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
