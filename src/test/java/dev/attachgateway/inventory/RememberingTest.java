package dev.attachgateway.inventory;

import static dev.attachgateway.inventory.Caller.ids;
import static dev.attachgateway.inventory.Caller.shown;
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

/** Many who look at the same thing cost the cloud one call; and nobody looks for ever. */
@QuarkusTest
@TestProfile(EstateProfile.Remembering.class)
@WithTestResource(PostgresForTests.class)
class RememberingTest {
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
    void who_asks_again_hears_what_the_cloud_said_before() {
        var disk = cloud.newVolume();
        var first = operator.disk(disk);
        assertThat(operator.disk(disk).json()).isEqualTo(first.json());
        assertThat(cloud.requests("volume", disk)).hasSize(1);
    }

    @Test
    void who_asks_at_the_same_time_shares_a_call() {
        var disk = cloud.newVolume();
        cloud.faults(Fault.delay("volume", Duration.ofMillis(300)).disk(disk));
        operator.gateway().token("operator");
        var answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> operator.disk(disk), task -> Thread.ofVirtual().start(task)))
                .limit(30)
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join).map(HttpAnswer::status))
                .containsOnly(200);
        assertThat(cloud.requests("volume", disk)).hasSize(1);
    }

    @Test
    void what_one_may_see_is_not_told_to_another_because_it_is_remembered() {
        var all = shown(operator.servers("?limit=1000"));
        var walked = shown(Caller.of("viewer").servers(""));
        assertThat(ids(all.path("data"))).contains(Estate.server(1));
        assertThat(ids(walked.path("data"))).containsExactly(Estate.server(0));
        assertThat(shown(operator.servers("?limit=1000"))).isEqualTo(all);
        assertThat(shown(operator.server(Estate.server(0))).path("volumes").size())
                .isGreaterThan(shown(Caller.of("viewer").server(Estate.server(0)))
                        .path("volumes")
                        .size());
    }

    @Test
    void another_question_is_asked_by_itself() {
        var before = reads("volumes");
        operator.disks("?limit=7");
        operator.disks("?limit=8");
        operator.disks("?limit=7");
        assertThat(reads("volumes") - before).isEqualTo(2);
    }

    @Test
    void a_failure_is_not_remembered() {
        var disk = cloud.newVolume();
        cloud.faults(Fault.status("volume", 404).disk(disk).times(1));
        assertThat(operator.disk(disk).status()).isEqualTo(404);
        assertThat(operator.disk(disk).status()).isEqualTo(200);
    }

    @Test
    void an_attach_looks_for_itself() {
        var here = AttachFixture.set();
        assertThat(shown(operator.disk(here.disk())).at("/volume/status").asText())
                .isEqualTo("available");
        // Taken meanwhile past the gateway, which what is remembered does not know.
        dev.attachgateway.testkit.CloudConsole.underTest().attach(cloud.newServer(), here.disk());
        here.awaitDisk("in-use");
        var refused = here.gateway().attach("operator", GatewayClient.P1, here.server(), here.disk());
        assertThat(refused.code()).isEqualTo("Gateway.DiskInUse");
        assertThat(shown(operator.disk(here.disk())).at("/volume/status").asText())
                .isEqualTo("available");
    }

    @Test
    void while_the_breaker_is_open_what_is_remembered_is_told_and_the_rest_is_refused_at_once() {
        var known = cloud.newVolume();
        operator.disk(known);
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
        assertThat(operator.disk(known).status()).isEqualTo(200);
        assertThat(cloud.requests()).hasSize(calls);
    }

    @Test
    void a_list_that_is_too_long_to_look_through_is_said_to_be() {
        cloud.newServers(600);
        var refused = Caller.of("viewer").servers("?sort_dir=DESC&owner=fd03ee73295e45478d88e15263d2ee4e");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("Gateway.ListTooLong");
        assertThat(operator.servers("?limit=1").json().path("total").asInt()).isGreaterThan(600);
        assertThat(List.of(Caller.of("viewer").server(Estate.server(0)).status()))
                .containsExactly(200);
    }
}
