package dev.attachgateway.sequence;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves the same as {@link SequencesTest} while the gateway is killed and restarted. */
class SequencesIT {
    private static final int RESTARTS = 2;
    private static final Duration RESTART_INTERVAL = Duration.ofMillis(1500);

    @TempDir
    Path folder;

    private static Map<String, String> quickEnvironment(String cloud) {
        var environment = new HashMap<String, String>();
        new QuickProfile()
                .getConfigOverrides()
                .forEach((name, value) ->
                        environment.put(name.replaceAll("[^a-z]", "_").toUpperCase(Locale.ROOT), value));
        environment.remove("SANDBOX_FOLDER");
        environment.put("OPERATION_LEASE", "2S");
        environment.put("OPERATION_SEND_TIMEOUT", "1S");
        environment.put("SANDBOX_URL", cloud);
        return environment;
    }

    @Test
    void responses_ledger_and_cloud_agree_although_the_gateway_is_killed() {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"));
                var running = RunningGateway.start(folder.resolve("gateway"), quickEnvironment(sandbox.url()))) {
            var gateway = new GatewayClient(running.url(), sandbox.url());
            var cloud = new SandboxCloud(sandbox.url());
            new SequenceRunner(() -> AttachFixture.set(gateway, cloud), () -> restart(running)).run();
        }
    }

    private static void restart(RunningGateway running) {
        for (int i = 0; i < RESTARTS; i++) {
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .pollDelay(RESTART_INTERVAL)
                    .until(() -> true);
            running.kill();
            running.postgres().awaitEnd();
            running.restart();
        }
    }
}
