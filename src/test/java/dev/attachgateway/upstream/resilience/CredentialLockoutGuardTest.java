package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

class CredentialLockoutGuardTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final CredentialLockoutGuard lockout = new CredentialLockoutGuard(vertx, Duration.ofMillis(300));

    @AfterEach
    void close() {
        vertx.close();
    }

    private static CloudResponse answer(int status, String code) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("error_code", code);
        return new CloudResponse(status, MultiMap.caseInsensitiveMultiMap(), body, 0);
    }

    private static final CloudResponse BAD = answer(401, "APIGW.0301");
    private static final CloudResponse STALE = answer(401, "APIGW.0307");
    private static final CloudResponse GOOD = answer(400, "ModelArts.6404");

    private CompletableFuture<CredentialLockoutGuard.Turn> enter() {
        return lockout.enter(LONG).subscribeAsCompletionStage();
    }

    private void use(CloudResponse cloudResponse) {
        var turn = enter().join();
        turn.answered(cloudResponse);
        turn.end();
    }

    @Test
    void a_credential_nobody_has_tried_is_used_by_one_call_at_a_time() {
        var first = enter().join();
        var second = enter();
        var third = enter();
        assertThat(second).isNotDone();
        first.answered(GOOD);
        assertThat(second).isDone();
        assertThat(third).isDone();
        assertThat(enter()).isDone();
    }

    @Test
    void of_a_hundred_calls_with_a_bad_credential_two_are_refused_by_the_cloud() {
        var refused = new AtomicInteger();
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (var call = 0; call < 100; call++) {
            calls.add(lockout.enter(LONG)
                    .flatMap(turn -> Uni.createFrom()
                            .item(BAD)
                            .invoke(refused::incrementAndGet)
                            .invoke(turn::answered)
                            .onTermination()
                            .invoke(turn::end))
                    .map(Object.class::cast)
                    .subscribeAsCompletionStage());
        }
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertThat(refused).hasValue(2);
        assertThat(lockout.isPaused()).isTrue();
    }

    @Test
    void after_one_refusal_it_is_one_call_at_a_time_again_until_the_cloud_takes_it() {
        use(GOOD);
        use(BAD);
        var next = enter().join();
        var another = enter();
        assertThat(another).isNotDone();
        next.answered(GOOD);
        next.end();
        assertThat(another).isDone();
        use(BAD);
        assertThat(lockout.isPaused()).isFalse();
    }

    @Test
    void a_call_that_brings_no_answer_only_makes_way() {
        var first = enter().join();
        var second = enter();
        var third = enter();
        first.end();
        assertThat(second).isDone();
        assertThat(third).isNotDone();
    }

    @Test
    void a_stale_token_is_not_a_bad_one() {
        use(STALE);
        use(STALE);
        use(STALE);
        assertThat(lockout.isPaused()).isFalse();
    }

    @Test
    void after_the_pause_one_call_tries_and_one_more_refusal_begins_the_next() {
        use(BAD);
        use(BAD);
        assertThat(enter()).isCompletedExceptionally();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> !lockout.isPaused());
        var trial = enter().join();
        assertThat(enter()).isNotDone();
        trial.answered(BAD);
        assertThat(lockout.isPaused()).isTrue();
        assertThat(enter()).isCompletedExceptionally();
    }

    @Test
    void waiting_for_the_trial_has_a_limit() {
        enter().join();
        assertThat(lockout.enter(Duration.ofMillis(20)).subscribeAsCompletionStage())
                .failsWithin(Timeouts.CONDITION)
                .withThrowableThat()
                .withMessageContaining("being tried");
    }
}
