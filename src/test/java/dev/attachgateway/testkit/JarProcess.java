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

/** A build that runs in a process and a working directory of its own; what it says is kept for failure messages. */
public final class JarProcess implements AutoCloseable {
    private static final Duration KILLED_WITHIN = Timeouts.CONDITION;

    /** What of this machine's own settings would reach into a test. */
    private static final List<String> OURS =
            List.of("STORAGE", "QUARKUS", "SANDBOX", "UPSTREAM", "ACCESS", "OPERATION", "ATTACH", "STREAM", "AUDIT");

    /** A test run that is itself interrupted takes its processes with it. */
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

    /** Starts a build; what it says is added to the log. */
    public static JarProcess start(
            PackagedBuild build, Path directory, Path log, Map<String, String> environment, String... arguments) {
        return start(build, FirstStart.flags(build), directory, log, environment, arguments);
    }

    /** The same with these flags for its JVM. */
    static JarProcess start(
            PackagedBuild build,
            List<String> flags,
            Path directory,
            Path log,
            Map<String, String> environment,
            String... arguments) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Short lives: the second compiler would cost the two cores of a build server more than it gives.
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx320m"));
        words.addAll(flags);
        words.addAll(List.of("-jar", build.jar().toString()));
        words.addAll(List.of(arguments));
        return start(words, directory, log, environment);
    }

    /** Starts any other server of this project in the same way. */
    public static JarProcess start(List<String> words, Path directory, Path log, Map<String, String> environment) {
        var builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> OURS.stream().anyMatch(name::startsWith));
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

    /** What it has said, and what earlier processes with the same log have. */
    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    /** An error that shows the end of the log. */
    public AssertionError failure(String what) {
        var lines = said().lines().toList();
        return new AssertionError(what + "; " + log + " ends with:\n"
                + lines.stream().skip(Math.max(0, lines.size() - 60)).collect(Collectors.joining("\n")));
    }

    /** {@code kill -9}, for the processes that it started as well. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exit(KILLED_WITHIN);
    }

    /** SIGTERM; the process goes on for as long as it takes. */
    public void terminate() {
        process.destroy();
    }

    /** SIGSTOP: it does nothing at all until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        CommandResult.run(
                        Path.of("."), Map.of(), Duration.ofSeconds(5), "kill", "-" + name, Long.toString(process.pid()))
                .printed();
    }

    /** The exit status, once it has ended by itself or by a signal; 128 and the signal's number in that case. */
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
