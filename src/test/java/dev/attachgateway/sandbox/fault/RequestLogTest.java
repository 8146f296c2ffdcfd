package dev.attachgateway.sandbox.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.state.SandboxDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the request log stays usable when its file cannot be rewritten. */
class RequestLogTest {
    @TempDir
    Path folder;

    private static void record(RequestLog requestLog, String projectId) {
        var call = new RequestLog.ReceivedCall(CallKind.SERVER, projectId, null, null);
        requestLog.recordArrival(call, Instant.EPOCH);
    }

    @Test
    void calls_are_recorded_after_a_compaction_that_failed() throws IOException {
        try (var sandboxDirectory = SandboxDirectory.acquire(folder)) {
            try (var requestLog = new RequestLog(sandboxDirectory)) {
                record(requestLog, "before");
                var obstacle = Files.createDirectory(folder.resolve("requests.jsonl.new"));
                assertThatThrownBy(requestLog::compact).isInstanceOf(UncheckedIOException.class);
                record(requestLog, "between");
                Files.delete(obstacle);
                requestLog.compact();
                record(requestLog, "after");
            }
            try (var reopened = new RequestLog(sandboxDirectory)) {
                assertThat(reopened.toJson(List.of()).encode()).contains("before", "between", "after");
            }
        }
    }
}
