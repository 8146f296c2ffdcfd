package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
    @TempDir
    Path temporary;

    @Test
    void the_log_keeps_to_its_limit_and_the_end_of_the_story_stays_readable() throws Exception {
        PostgresLog log = new PostgresLog(temporary.resolve("log"), 10);
        Files.writeString(log.file(), "longer than ten bytes");
        log.bound();
        assertThat(log.file()).isEmptyFile();
        assertThat(temporary.resolve("log.previous")).hasContent("longer than ten bytes");
        Files.writeString(log.file(), "short");
        log.bound();
        assertThat(log.file()).hasContent("short");
    }

    @Test
    void a_failure_tells_the_end_of_the_log_and_not_all_of_it() throws Exception {
        PostgresLog log = new PostgresLog(temporary.resolve("log"), 1 << 20);
        Files.writeString(log.file(), "x".repeat(5_000) + "\nthe reason\n");
        assertThat(log.failure("It failed"))
                .message()
                .startsWith("It failed. The log " + log.file())
                .endsWith("the reason")
                .hasSizeLessThan(2_500);
    }
}
