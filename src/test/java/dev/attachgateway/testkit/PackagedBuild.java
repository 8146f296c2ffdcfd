package dev.attachgateway.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** A packaged build: {@code verify} creates both before the process tests run. */
public enum PackagedBuild {
    PRODUCTION("quarkus-app"),
    SANDBOX("sandbox-app");

    private final Path jar;

    PackagedBuild(String folder) {
        jar = Path.of("target", folder, "quarkus-run.jar").toAbsolutePath();
    }

    Path jar() {
        if (!Files.exists(jar)) {
            throw new AssertionError(jar + " is not built: run ./mvnw verify");
        }
        return jar;
    }
}
