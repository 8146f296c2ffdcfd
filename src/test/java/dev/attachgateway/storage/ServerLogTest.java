package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server log stays within its limit, and failures quote its tail. */
class ServerLogTest {
    @TempDir
    Path temporary;

    @Test
    void a_log_above_its_limit_is_truncated_and_its_content_kept_as_previous() throws Exception {
        var log = new PostgresLog(temporary.resolve("log"), 10);
        Files.writeString(log.file(), "longer than ten bytes");
        log.rotateIfTooLarge();
        assertThat(log.file()).isEmptyFile();
        assertThat(temporary.resolve("log.previous")).hasContent("longer than ten bytes");
        Files.writeString(log.file(), "short");
        log.rotateIfTooLarge();
        assertThat(log.file()).hasContent("short");
    }

    @Test
    void a_failure_quotes_only_the_tail_of_the_log() throws Exception {
        var log = new PostgresLog(temporary.resolve("log"), 1 << 20);
        Files.writeString(log.file(), "x".repeat(5_000) + "\nthe reason\n");
        assertThat(log.exceptionWithTail("It failed"))
                .message()
                .startsWith("It failed. The log " + log.file())
                .endsWith("the reason")
                .hasSizeLessThan(2_500);
    }
}
