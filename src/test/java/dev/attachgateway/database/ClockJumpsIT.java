package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.MachineRequirements;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operations are unaffected when the gateway's wall clock jumps by an hour, forwards and backwards; its monotonic clock and the
 * clocks of all other processes go on.
 */
class ClockJumpsIT {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void clock_jumps_of_an_hour_do_not_affect_operations() throws Exception {
        var library = LIBRARIES.stream().filter(Files::exists).findFirst();
        MachineRequirements.that(library.isPresent(), "libfaketime (Debian's package faketime)");
        var clock = folder.resolve("clock");
        Files.writeString(clock, "+0");
        var faked = Map.of(
                "LD_PRELOAD", library.orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1");
        try (var site = new Site(folder, faked)) {
            var token = site.gateway().token("team-1", Duration.ofHours(24));
            var clockProbe = new ClockProbe(site);
            for (var hours : List.of(1, -1, 0)) {
                var before = new RunningAttach(site, token);
                Files.writeString(clock, "%+d".formatted(hours * 3600));
                clockProbe.await(hours);
                before.assertAttachedOnce(1);
                new RunningAttach(site, token).assertAttachedOnce(1);
                new RunningAttach(site, token, Fault.kind("attach", "drop").times(1)).assertAttachedOnce(2);
            }
        }
    }

    /** Determines the gateway's wall clock by the tokens that it accepts. */
    private static final class ClockProbe {
        private final Site site;
        private final String shortLived;
        private final String expired;

        ClockProbe(Site site) {
            this.site = site;
            this.shortLived = site.gateway().token("team-1", Duration.ofMinutes(20));
            this.expired = site.gateway().token("team-1", Duration.ofSeconds(1));
        }

        void await(int hours) {
            Awaitility.await("a clock offset of " + hours + " h")
                    .atMost(LIMIT)
                    .until(() -> isAccepted(shortLived) == (hours <= 0) && isAccepted(expired) == (hours < 0));
        }

        private boolean isAccepted(String token) {
            var unknownId = "00000000-0000-4000-8000-000000000000";
            var response = site.gateway()
                    .get(
                            GatewayClient.operationPath(GatewayClient.P1, unknownId, unknownId),
                            "Authorization",
                            "Bearer " + token);
            return response.status() == 404;
        }
    }

    /** An attach that the gateway has accepted. */
    private static final class RunningAttach {
        private final Site site;
        private final String token;
        private final String server;
        private final String disk;
        private final String operation;

        RunningAttach(Site site, String token, Fault... faults) {
            this.site = site;
            this.token = token;
            this.server = site.cloud().newServer();
            this.disk = site.cloud().newVolume();
            site.cloud().faults(faults);
            var response = site.gateway()
                    .send(
                            "POST",
                            GatewayClient.attachPath(GatewayClient.P1, server),
                            GatewayClient.body(disk),
                            headers());
            assertThat(response.status()).as(response.body()).isEqualTo(202);
            this.operation = response.operationId();
        }

        private String[] headers() {
            return new String[] {"Authorization", "Bearer " + token, "Prefer", "respond-async"};
        }

        void assertAttachedOnce(int sends) {
            Awaitility.await("success of " + operation)
                    .atMost(LIMIT)
                    .until(() -> site.gateway()
                            .get(GatewayClient.operationPath(GatewayClient.P1, server, operation), headers())
                            .text("operation_status")
                            .equals("success"));
            assertThat(site.cloud().effects(disk)).hasSize(1);
            assertThat(site.cloud().requests("attach", disk)).hasSize(sends);
        }
    }
}
