package dev.attachgateway.inventory;

import static dev.attachgateway.inventory.Caller.ids;
import static dev.attachgateway.inventory.Caller.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Equal reads share one call to the cloud, and scans of lists are limited. */
@QuarkusTest
@TestProfile(EstateProfile.LongCache.class)
@WithTestResource(PostgresForTests.class)
class CloudReadCacheTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    private final Caller operator = Caller.of("operator");
    private SandboxCloud cloud;

    @BeforeEach
    void build() {
        cloud = Estate.build();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> operator.disk(cloud.newVolume()).status() == 200
                        && operator.server(cloud.newServer()).status() == 200);
    }

    private long reads(String call) {
        return cloud.requests().stream()
                .filter(request -> request.path("call").asText().equals(call))
                .count();
    }

    @Test
    void a_repeated_read_is_served_from_the_cache() {
        var disk = cloud.newVolume();
        var first = operator.disk(disk);
        assertThat(operator.disk(disk).json()).isEqualTo(first.json());
        assertThat(cloud.requests("volume", disk)).hasSize(1);
    }

    @Test
    void concurrent_equal_reads_share_one_call() {
        var disk = cloud.newVolume();
        cloud.faults(Fault.delay("volume", Duration.ofMillis(300)).disk(disk));
        operator.gateway().token("operator");
        var responses = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> operator.disk(disk), task -> Thread.ofVirtual().start(task)))
                .limit(30)
                .toList();
        assertThat(responses.stream().map(CompletableFuture::join).map(HttpAnswer::status))
                .containsOnly(200);
        assertThat(cloud.requests("volume", disk)).hasSize(1);
    }

    @Test
    void cached_responses_are_redacted_for_each_caller() {
        var all = okJson(operator.servers("?limit=1000"));
        var filtered = okJson(Caller.of("viewer").servers(""));
        assertThat(ids(all.path("data"))).contains(Estate.server(1));
        assertThat(ids(filtered.path("data"))).containsExactly(Estate.server(0));
        assertThat(okJson(operator.servers("?limit=1000"))).isEqualTo(all);
        assertThat(okJson(operator.server(Estate.server(0))).path("volumes").size())
                .isGreaterThan(okJson(Caller.of("viewer").server(Estate.server(0)))
                        .path("volumes")
                        .size());
    }

    @Test
    void reads_with_different_parameters_are_cached_separately() {
        var before = reads("volumes");
        operator.disks("?limit=7");
        operator.disks("?limit=8");
        operator.disks("?limit=7");
        assertThat(reads("volumes") - before).isEqualTo(2);
    }

    @Test
    void a_failure_is_not_cached() {
        var disk = cloud.newVolume();
        cloud.faults(Fault.status("volume", 404).disk(disk).times(1));
        assertThat(operator.disk(disk).status()).isEqualTo(404);
        assertThat(operator.disk(disk).status()).isEqualTo(200);
    }

    @Test
    void an_attach_does_not_use_the_cache() {
        var here = AttachFixture.set();
        assertThat(okJson(operator.disk(here.disk())).at("/volume/status").asText())
                .isEqualTo("available");
        // Attached in the meantime without the gateway, which the cache does not notice.
        dev.attachgateway.testkit.CloudConsole.underTest().attach(cloud.newServer(), here.disk());
        here.awaitDisk("in-use");
        var refused = here.gateway().attach("operator", GatewayClient.P1, here.server(), here.disk());
        assertThat(refused.code()).isEqualTo("Gateway.DiskInUse");
        assertThat(okJson(operator.disk(here.disk())).at("/volume/status").asText())
                .isEqualTo("available");
    }

    @Test
    void an_open_breaker_allows_only_cached_reads() {
        var cached = cloud.newVolume();
        operator.disk(cached);
        cloud.faults(Fault.status("volume", 500));
        var refused = new ArrayList<HttpAnswer>();
        Awaitility.await().atMost(LIMIT).until(() -> {
            refused.add(operator.disk(cloud.newVolume()));
            return refused.getLast().text("detail").startsWith("Calls to the cloud are paused");
        });
        assertThat(refused.getLast().code()).isEqualTo("Gateway.InventoryUnavailable");
        assertThat(Integer.parseInt(refused.getLast().header("Retry-After"))).isBetween(1, 5);
        var calls = cloud.requests().size();
        assertThat(operator.disk(cloud.newVolume()).status()).isEqualTo(503);
        assertThat(operator.disk(cached).status()).isEqualTo(200);
        assertThat(cloud.requests()).hasSize(calls);
    }

    @Test
    void a_list_above_the_scan_limit_is_rejected() {
        cloud.newServers(600);
        var refused = Caller.of("viewer").servers("?sort_dir=DESC&owner=fd03ee73295e45478d88e15263d2ee4e");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("Gateway.ListTooLong");
        assertThat(operator.servers("?limit=1").json().path("total").asInt()).isGreaterThan(600);
        assertThat(List.of(Caller.of("viewer").server(Estate.server(0)).status()))
                .containsExactly(200);
    }
}
