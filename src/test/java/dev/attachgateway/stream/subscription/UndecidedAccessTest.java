package dev.attachgateway.stream.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.AccessPolicy;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Decision;
import dev.attachgateway.access.policy.Permission;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.stream.FeedProfile;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that open streams continue for the grace period, and no longer, while the policy is unavailable. */
@QuarkusTest
@TestProfile(UndecidedAccessTest.SwitchablePolicyProfile.class)
@WithTestResource(PostgresForTests.class)
class UndecidedAccessTest {
    /** A policy that is evaluated at every check, since it cannot tell whether it has changed. */
    public static class SwitchablePolicyProfile extends FeedProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.undecided-grace", GRACE.toMillis() + "ms");
            return all;
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(SwitchablePolicy.class);
        }
    }

    /** Allows everything to every caller, unless it is unavailable. */
    @Alternative
    @ApplicationScoped
    static class SwitchablePolicy implements AccessPolicy {
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger decisions = new AtomicInteger();
        private final CountDownLatch blocking = new CountDownLatch(1);
        private volatile boolean unavailable;
        private volatile @Nullable CountDownLatch unblock;

        /** Lets decisions wait until the returned latch is released; {@link #blocking} is released when one waits. */
        CountDownLatch block() {
            var latch = new CountDownLatch(1);
            unblock = latch;
            return latch;
        }

        CountDownLatch blocking() {
            return blocking;
        }

        AtomicInteger recover() {
            unavailable = false;
            decisions.set(0);
            return decisions;
        }

        AtomicInteger fail() {
            failures.set(0);
            unavailable = true;
            return failures;
        }

        @Override
        public boolean hasAnyGrant(Caller caller, String projectId) {
            return true;
        }

        @Override
        public List<Permission> permissions(Caller caller, String projectId) {
            return List.of();
        }

        @Override
        public Set<String> grantedGroups(Caller caller, String projectId) {
            return Set.of();
        }

        @Override
        public Decision decide(
                Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
            return new Decision.Allowed("everything");
        }

        @Override
        public ReadScope readScope(Caller caller, String projectId) {
            if (unavailable) {
                failures.incrementAndGet();
                throw new AuthorizationUnavailableException("The policy is unavailable.", null);
            }
            decisions.incrementAndGet();
            var latch = unblock;
            if (latch != null) {
                blocking.countDown();
                await(latch);
            }
            return ReadScope.UNRESTRICTED;
        }
    }

    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    SwitchablePolicy policy;

    @Inject
    StreamRevocationJob streamRevocationJob;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        policy.recover();
    }

    private EventStream feed() {
        var stream = gateway.stream(eventWriter.path(), gateway.withToken("viewer"));
        stream.next(block -> block.id() != null);
        return stream;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private AtomicInteger awaitFailures(int count) {
        var failures = policy.fail();
        Awaitility.await().atMost(LIMIT).untilAtomic(failures, Matchers.greaterThanOrEqualTo(count));
        return failures;
    }

    @Test
    void a_stream_ends_after_the_grace_period_without_a_policy_decision() {
        try (var stream = feed()) {
            var failures = awaitFailures(2);
            eventWriter.begin(Paper.some());
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
            assertThat(stream.toEnd()).isEmpty();
            assertThat(failures.get()).isGreaterThanOrEqualTo((int) GRACE.toSeconds());
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_policy_decision_restarts_the_grace_period() {
        try (var stream = feed()) {
            awaitFailures(3);
            Awaitility.await().atMost(LIMIT).untilAtomic(policy.recover(), Matchers.greaterThanOrEqualTo(2));
            try (var another = feed()) {
                awaitFailures(3);
                eventWriter.begin(Paper.some());
                assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
                assertThat(another.next(Block::isEvent).position()).isEqualTo(1);
            }
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_check_fails_while_the_policy_blocks_an_earlier_one() {
        try (var _ = feed()) {
            var unblock = policy.block();
            await(policy.blocking());
            assertThatThrownBy(streamRevocationJob::checkExclusively).hasMessageContaining("earlier check");
            unblock.countDown();
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }
}
