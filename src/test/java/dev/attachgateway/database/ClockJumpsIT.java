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

/** The gateway's wall clock jumps by an hour, forth and back. Its monotonic clock and everybody else's go on. */
class ClockJumpsIT {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void an_hour_forth_or_back_changes_nothing() throws Exception {
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
            var signs = new Signs(site);
            for (var hours : List.of(1, -1, 0)) {
                var before = new Underway(site, token);
                Files.writeString(clock, "%+d".formatted(hours * 3600));
                signs.await(hours);
                before.endsOnce(1);
                new Underway(site, token).endsOnce(1);
                new Underway(site, token, Fault.kind("attach", "drop").times(1)).endsOnce(2);
            }
        }
    }

    /** By which tokens the gateway takes it is seen what its wall clock says. */
    private static final class Signs {
        private final Site site;
        private final String shortLived;
        private final String expired;

        Signs(Site site) {
            this.site = site;
            this.shortLived = site.gateway().token("team-1", Duration.ofMinutes(20));
            this.expired = site.gateway().token("team-1", Duration.ofSeconds(1));
        }

        void await(int hours) {
            Awaitility.await("a clock that is wrong by " + hours + " h")
                    .atMost(LIMIT)
                    .until(() -> isTaken(shortLived) == (hours <= 0) && isTaken(expired) == (hours < 0));
        }

        private boolean isTaken(String token) {
            var nothing = "00000000-0000-4000-8000-000000000000";
            var answer = site.gateway()
                    .get(
                            GatewayClient.operationPath(GatewayClient.P1, nothing, nothing),
                            "Authorization",
                            "Bearer " + token);
            return answer.status() == 404;
        }
    }

    /** An attach that has begun. */
    private static final class Underway {
        private final Site site;
        private final String token;
        private final String server;
        private final String disk;
        private final String operation;

        Underway(Site site, String token, Fault... faults) {
            this.site = site;
            this.token = token;
            this.server = site.cloud().newServer();
            this.disk = site.cloud().newVolume();
            site.cloud().faults(faults);
            var answer = site.gateway()
                    .send(
                            "POST",
                            GatewayClient.attachPath(GatewayClient.P1, server),
                            GatewayClient.body(disk),
                            headers());
            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
            this.operation = answer.operationId();
        }

        private String[] headers() {
            return new String[] {"Authorization", "Bearer " + token, "Prefer", "respond-async"};
        }

        void endsOnce(int sends) {
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
