package dev.attachgateway.sandbox;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One sandbox per test class, reset to its seed before each test. */
public abstract class SeededSandbox {
    @TempDir
    public static Path folder;

    public static SandboxFixture sandboxFixture;

    @BeforeAll
    static void start() {
        sandboxFixture = new SandboxFixture(folder);
    }

    @BeforeEach
    void reset() throws Exception {
        sandboxFixture.reset();
    }

    @AfterAll
    static void stop() {
        sandboxFixture.close();
    }
}
