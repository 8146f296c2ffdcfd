package dev.attachgateway.stream.subscription;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy that cannot be asked takes nothing away at once, and not for ever either. */
@QuarkusTest
@TestProfile(UndecidedAccessTest.OtherPolicy.class)
@WithTestResource(PostgresForTests.class)
class UndecidedAccessTest {
    /** A policy that is asked over and over, since it cannot say whether it has changed. */
    public static class OtherPolicy extends FeedProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.undecided-grace", UNDECIDED.toMillis() + "ms");
            return all;
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(Oracle.class);
        }
    }

    /** Allows everything to everybody, unless it is silent. */
    @Alternative
    @ApplicationScoped
    static class Oracle implements AccessPolicy {
        private final AtomicInteger silences = new AtomicInteger();
        private final AtomicInteger answers = new AtomicInteger();
        private volatile boolean silent;

        AtomicInteger speak() {
            silent = false;
            answers.set(0);
            return answers;
        }

        AtomicInteger fallSilent() {
            silences.set(0);
            silent = true;
            return silences;
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
            if (silent) {
                silences.incrementAndGet();
                throw new AuthorizationUnavailableException("The oracle is silent.", null);
            }
            answers.incrementAndGet();
            return ReadScope.UNRESTRICTED;
        }
    }

    private static final Duration UNDECIDED = Duration.ofSeconds(4);
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    Oracle oracle;

    private final GatewayClient gateway = GatewayClient.underTest();
    private EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
        oracle.speak();
    }

    private EventStream feed() {
        var stream = gateway.stream(eventWriter.path(), gateway.withToken("viewer"));
        stream.next(block -> block.id() != null);
        return stream;
    }

    private AtomicInteger awaitSilences(int count) {
        var silences = oracle.fallSilent();
        Awaitility.await().atMost(LIMIT).untilAtomic(silences, Matchers.greaterThanOrEqualTo(count));
        return silences;
    }

    @Test
    void a_stream_goes_on_for_a_while_when_the_policy_cannot_be_asked_and_then_ends() {
        try (var stream = feed()) {
            var silences = awaitSilences(2);
            eventWriter.begin(Paper.some());
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
            assertThat(stream.toEnd()).isEmpty();
            assertThat(silences.get()).isGreaterThanOrEqualTo((int) UNDECIDED.toSeconds());
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void an_answer_in_between_begins_the_time_anew() {
        try (var stream = feed()) {
            awaitSilences(3);
            Awaitility.await().atMost(LIMIT).untilAtomic(oracle.speak(), Matchers.greaterThanOrEqualTo(2));
            try (var another = feed()) {
                awaitSilences(3);
                eventWriter.begin(Paper.some());
                assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
                assertThat(another.next(Block::isEvent).position()).isEqualTo(1);
            }
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }
}
