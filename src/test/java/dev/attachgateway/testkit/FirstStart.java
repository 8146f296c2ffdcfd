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
 * The files that a first start of the sandbox build leaves for all later ones, which then take half the time: the JVM's AOT
 * cache (JEP 514) with the loaded classes, and the key of the sandbox's issuer, which takes a second to generate.
 */
final class FirstStart {
    private static final Path FOLDER = Path.of("target", "first-start").toAbsolutePath();
    private static final Path CACHE = FOLDER.resolve("aot.cache");
    private static final Path KEY = Path.of("data/sandbox/issuer.jwk");
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    private FirstStart() {}

    /** The JVM flags with which a build uses the cache; none for the production build, which tests seldom start. */
    static List<String> flags(PackagedBuild build) {
        if (build != PackagedBuild.SANDBOX) {
            return List.of();
        }
        Fork.exclusively("first-start", FirstStart::create);
        return List.of("-XX:AOTCache=" + CACHE);
    }

    /** Copies the issuer's key to the sandbox's path in this working directory, unless a key exists. */
    static void copyKey(Path directory) {
        Fork.exclusively("first-start", FirstStart::create);
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

    private static Path create() throws IOException {
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
            process.exit(STOP_TIMEOUT);
            if (!Files.exists(CACHE)) {
                throw process.failure("the JVM wrote no AOT cache");
            }
        }
        SharedPostgres.drop(database);
        return CACHE;
    }
}
