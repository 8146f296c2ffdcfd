package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.http.CloudResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves that a bad credential is used at most twice in a row, and that its use resumes after the cooldown. */
class CredentialLockoutGuardTest {
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final CredentialLockoutGuard lockout = new CredentialLockoutGuard(vertx, Duration.ofMillis(300));

    @AfterEach
    void close() {
        vertx.close();
    }

    private static CloudResponse response(int status, String code) {
        var body = JsonNodeFactory.instance.objectNode().put("error_code", code);
        return new CloudResponse(status, MultiMap.caseInsensitiveMultiMap(), body, 0, false);
    }

    private static final CloudResponse REFUSED = response(401, "APIGW.0301");
    private static final CloudResponse STALE_TOKEN = response(401, "APIGW.0307");
    private static final CloudResponse ACCEPTED = response(400, "ModelArts.6404");

    private CompletableFuture<CredentialLockoutGuard.UsePermit> acquire() {
        return lockout.acquire(LONG_WAIT).subscribeAsCompletionStage();
    }

    private void use(CloudResponse cloudResponse) {
        var usePermit = acquire().join();
        usePermit.onResponse(cloudResponse);
        usePermit.release();
    }

    @Test
    void an_unverified_credential_is_used_by_one_call_at_a_time() {
        var first = acquire().join();
        var second = acquire();
        var third = acquire();
        assertThat(second).isNotDone();
        first.onResponse(ACCEPTED);
        assertThat(second).isDone();
        assertThat(third).isDone();
        assertThat(acquire()).isDone();
    }

    @Test
    void of_a_hundred_calls_with_a_bad_credential_only_two_reach_the_cloud() {
        var refused = new AtomicInteger();
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (var call = 0; call < 100; call++) {
            calls.add(lockout.acquire(LONG_WAIT)
                    .flatMap(usePermit -> Uni.createFrom()
                            .item(REFUSED)
                            .invoke(refused::incrementAndGet)
                            .invoke(usePermit::onResponse)
                            .onTermination()
                            .invoke(usePermit::release))
                    .map(Object.class::cast)
                    .subscribeAsCompletionStage());
        }
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertThat(refused).hasValue(2);
        assertThat(lockout.isCoolingDown()).isTrue();
    }

    @Test
    void after_a_refusal_one_call_at_a_time_uses_the_credential_until_it_is_accepted() {
        use(ACCEPTED);
        use(REFUSED);
        var next = acquire().join();
        var another = acquire();
        assertThat(another).isNotDone();
        next.onResponse(ACCEPTED);
        next.release();
        assertThat(another).isDone();
        use(REFUSED);
        assertThat(lockout.isCoolingDown()).isFalse();
    }

    @Test
    void a_call_without_a_response_admits_only_the_next_call() {
        var first = acquire().join();
        var second = acquire();
        var third = acquire();
        first.release();
        assertThat(second).isDone();
        assertThat(third).isNotDone();
    }

    @Test
    void a_stale_token_is_not_a_refusal() {
        use(STALE_TOKEN);
        use(STALE_TOKEN);
        use(STALE_TOKEN);
        assertThat(lockout.isCoolingDown()).isFalse();
    }

    @Test
    void after_the_cooldown_one_call_is_admitted_and_a_refusal_starts_the_next_cooldown() {
        use(REFUSED);
        use(REFUSED);
        assertThat(acquire()).isCompletedExceptionally();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !lockout.isCoolingDown());
        var trial = acquire().join();
        assertThat(acquire()).isNotDone();
        trial.onResponse(REFUSED);
        assertThat(lockout.isCoolingDown()).isTrue();
        assertThat(acquire()).isCompletedExceptionally();
    }

    @Test
    void waiting_for_the_verification_times_out() {
        acquire().join();
        assertThat(lockout.acquire(Duration.ofMillis(20)).subscribeAsCompletionStage())
                .failsWithin(Timeouts.CONDITION)
                .withThrowableThat()
                .withMessageContaining("being verified");
    }
}
