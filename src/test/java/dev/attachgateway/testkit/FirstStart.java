package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one start of the sandbox build leaves for all later ones, which then cost half: the JVM's AOT cache (JEP 514) with the
 * classes as they were loaded, and the key of the sandbox's issuer, which takes a second to find.
 */
final class FirstStart {
    private static final Path FOLDER = Path.of("target", "first-start").toAbsolutePath();
    private static final Path CACHE = FOLDER.resolve("aot.cache");
    private static final Path KEY = Path.of("data/sandbox/issuer.jwk");
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

    private FirstStart() {}

    /** The JVM flags by which a build's start uses the cache; none for a build that is seldom started. */
    static List<String> flags(PackagedBuild build) {
        if (build != PackagedBuild.SANDBOX) {
            return List.of();
        }
        Fork.exclusively("first-start", FirstStart::make);
        return List.of("-XX:AOTCache=" + CACHE);
    }

    /** Puts the issuer's key where a sandbox with this working directory keeps it, unless one is there. */
    static void giveKey(Path directory) {
        Fork.exclusively("first-start", FirstStart::make);
        var key = directory.resolve(KEY);
        try {
            if (!Files.exists(key)) {
                Files.createDirectories(key.getParent());
                Files.copy(FOLDER.resolve(KEY), key, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path make() throws IOException {
        if (Files.exists(CACHE)
                && Files.getLastModifiedTime(CACHE).compareTo(Files.getLastModifiedTime(PackagedBuild.SANDBOX.jar()))
                        > 0) {
            return CACHE;
        }
        Files.createDirectories(FOLDER);
        var database = SharedPostgres.newDatabase();
        var environment = Map.of(
                "QUARKUS_HTTP_PORT", Integer.toString(Fork.freePort()),
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(Fork.freePort()),
                "STORAGE_URL", database.url(),
                "STORAGE_USERNAME", database.username(),
                "STORAGE_PASSWORD", database.password());
        var log = FOLDER.resolve("gateway.log");
        var flags = List.of("-XX:AOTCacheOutput=" + CACHE);
        try (var process = JarProcess.start(PackagedBuild.SANDBOX, flags, FOLDER, log, environment)) {
            RunningGateway.awaitReady(process, "http://localhost:" + environment.get("QUARKUS_MANAGEMENT_PORT"));
            process.terminate();
            process.exit(STOPPED_WITHIN);
            if (!Files.exists(CACHE)) {
                throw process.failure("the JVM left no AOT cache");
            }
        }
        SharedPostgres.drop(database);
        return CACHE;
    }
}
