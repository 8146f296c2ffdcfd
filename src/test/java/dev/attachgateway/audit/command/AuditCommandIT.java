package dev.attachgateway.audit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.JarProcess;
import dev.attachgateway.testkit.PackagedBuild;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code java -jar quarkus-run.jar audit …} verifies and exports the audit log of a gateway with embedded PostgreSQL.
 */
class AuditCommandIT {
    private static final Pattern NEWEST = Pattern.compile("newest seal (\\d+:[0-9a-f]{64}) of ");

    private static final List<String> SERVERS =
            Stream.generate(() -> UUID.randomUUID().toString()).limit(3).toList();

    @TempDir
    Path folder;

    private int commands;

    private record CommandOutput(int status, String text) {}

    private CommandOutput audit(PackagedBuild build, Path directory, String... arguments) {
        var log = folder.resolve("audit-" + commands++ + ".log");
        try (var process = JarProcess.start(build, directory, log, Map.of(), arguments)) {
            return new CommandOutput(process.exit(Duration.ofMinutes(1)), process.said());
        }
    }

    @Test
    void the_audit_log_is_verified_and_exported_and_a_change_is_found() throws Exception {
        var home = Files.createDirectories(folder.resolve("gateway"));
        try (var running = RunningGateway.start(home, Map.of())) {
            var gateway = new GatewayClient(running.url());
            for (var server : SERVERS) {
                gateway.operation("team-1", GatewayClient.P1, server, server);
            }
            try (var database = running.postgres().open();
                    var statement = database.createStatement()) {
                Awaitility.await().atMost(Timeouts.CONDITION).until(() -> {
                    try (var row = statement.executeQuery("select count(seal), count(*) from audit_place")) {
                        row.next();
                        return row.getInt(1) >= 3 && row.getInt(1) == row.getInt(2);
                    }
                });
            }
            // Logged after the commit that the query above has seen.
            Awaitility.await("the newest seal in the log")
                    .atMost(Timeouts.CONDITION)
                    .until(() -> running.process().said().contains("audit log sealed seal="));

            var locked = audit(PackagedBuild.SANDBOX, home, "audit", "verify");
            assertThat(locked.status()).as(locked.text()).isEqualTo(2);
            assertThat(locked.text()).contains("is in use by another gateway");

            running.process().terminate();
            running.process().exit(Duration.ofSeconds(30));
            var intact = audit(PackagedBuild.SANDBOX, home, "audit", "verify");
            assertThat(intact.status()).as(intact.text()).isZero();
            assertThat(intact.text()).endsWith("intact\n");
            var newest = NEWEST.matcher(intact.text()).results().findFirst().orElseThrow();
            assertThat(audit(PackagedBuild.SANDBOX, home, "audit", "verify", "--expect", newest.group(1))
                            .status())
                    .isZero();
            assertThat(audit(PackagedBuild.SANDBOX, home, "audit", "export", "--project", GatewayClient.P1)
                            .text())
                    .contains(
                            "\"server_id\": \"" + SERVERS.getFirst(),
                            "\"server_id\": \"" + SERVERS.getLast(),
                            "\"seal\": 1");

            running.restart();
            try (var database = running.postgres().open();
                    var statement = database.createStatement()) {
                statement.execute("set session_replication_role = replica");
                statement.execute("update audit set server_id = 'another' where server_id = '" + SERVERS.get(1) + "'");
            }
            running.process().terminate();
            running.process().exit(Duration.ofSeconds(30));
            var changed = audit(PackagedBuild.SANDBOX, home, "audit", "verify");
            assertThat(changed.status()).as(changed.text()).isEqualTo(1);
            assertThat(changed.text()).containsPattern("- line \\d+ was changed \\(seal \\d+, place \\d+\\)");
        }
    }

    @Test
    void without_data_or_storage_the_command_fails_and_creates_nothing() throws Exception {
        var empty = Files.createDirectories(folder.resolve("empty"));
        var withoutData = audit(PackagedBuild.SANDBOX, empty, "audit", "verify");
        assertThat(withoutData.status()).isEqualTo(2);
        assertThat(withoutData.text())
                .startsWith("There is no data in the storage folder")
                .doesNotContain("\tat ");
        var withoutStorage = audit(PackagedBuild.PRODUCTION, empty, "audit", "export");
        assertThat(withoutStorage.status()).isEqualTo(2);
        assertThat(withoutStorage.text()).startsWith("No storage is given");
        var usage = audit(PackagedBuild.PRODUCTION, empty, "audit", "mend");
        assertThat(usage.status()).isEqualTo(2);
        assertThat(usage.text()).startsWith("audit verify [--expect");
        assertThat(empty).isEmptyDirectory();
    }
}
