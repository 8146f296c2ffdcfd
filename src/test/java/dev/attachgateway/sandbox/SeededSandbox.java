package dev.attachgateway.sandbox;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One practice cloud for a class of tests, at its seed before each of them. */
abstract class SeededSandbox {
    @TempDir
    static Path folder;

    static Rig rig;

    @BeforeAll
    static void start() {
        rig = new Rig(folder);
    }

    @BeforeEach
    void reset() throws Exception {
        rig.reset();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }
}
