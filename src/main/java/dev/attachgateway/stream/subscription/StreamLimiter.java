package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.stream.eventlog.StreamConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** Limits the open streams of this replica for each caller, each project and all together. */
@Startup
@ApplicationScoped
public class StreamLimiter {
    private static final long MIN_WAIT_MS = 5_000;

    private final StreamConfig config;
    private final Map<Scope, Counter> rejections = new EnumMap<>(Scope.class);
    private final Map<CallerKey, Integer> callers = new HashMap<>();
    private final Map<String, Integer> projects = new HashMap<>();
    private int all;

    /** The owner of a limit. */
    private enum Scope {
        CALLER(ProblemType.TOO_MANY_STREAMS, "The caller has %d open streams on this replica, the maximum."),
        PROJECT(ProblemType.TOO_MANY_STREAMS, "The project has %d open streams on this replica, the maximum."),
        REPLICA(ProblemType.REPLICA_FULL, "This replica has %d open streams, the maximum.");

        private final ProblemType problem;
        private final String sentence;

        Scope(ProblemType problem, String sentence) {
            this.problem = problem;
            this.sentence = sentence;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Identifies a caller independent of the groups in its token. */
    private record CallerKey(String issuer, String subject) {}

    StreamLimiter(StreamConfig config, MeterRegistry registry) {
        this.config = config;
        for (var scope : Scope.values()) {
            rejections.put(
                    scope,
                    Counter.builder("attach.gateway.streams.refused")
                            .description("Streams that were rejected, by the owner of the limit")
                            .tag("of", scope.tag())
                            .register(registry));
        }
    }

    /** A slot that is taken until it is released. */
    final class Slot {
        private final CallerKey callerKey;
        private final String projectId;
        private boolean released;

        private Slot(CallerKey callerKey, String projectId) {
            this.callerKey = callerKey;
            this.projectId = projectId;
        }

        /** Releases the slot; has no effect the second time. */
        void release() {
            synchronized (StreamLimiter.this) {
                if (!released) {
                    released = true;
                    all--;
                    decrement(callers, callerKey);
                    decrement(projects, projectId);
                }
            }
        }
    }

    /**
     * Takes a slot.
     *
     *
     * @throws ProblemException if a limit is reached
     */
    synchronized Slot acquire(Caller caller, String projectId) {
        var callerKey = new CallerKey(caller.issuer(), caller.subject());
        require(Scope.CALLER, callers.getOrDefault(callerKey, 0), config.maxPerCaller());
        require(Scope.PROJECT, projects.getOrDefault(projectId, 0), config.maxPerProject());
        require(Scope.REPLICA, all, config.maxPerReplica());
        all++;
        callers.merge(callerKey, 1, Integer::sum);
        projects.merge(projectId, 1, Integer::sum);
        return new Slot(callerKey, projectId);
    }

    private void require(Scope scope, int count, int limit) {
        if (count >= limit) {
            Objects.requireNonNull(rejections.get(scope)).increment();
            // Random, so that clients that are rejected together do not retry together.
            var retryAfter =
                    Duration.ofMillis(MIN_WAIT_MS + ThreadLocalRandom.current().nextLong(MIN_WAIT_MS));
            throw new ProblemException(ProblemBuilder.of(scope.problem, scope.sentence.formatted(limit))
                    .withRetryAfter(retryAfter));
        }
    }

    private static <K> void decrement(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Whether no stream is counted. */
    synchronized boolean isEmpty() {
        return all == 0 && callers.isEmpty() && projects.isEmpty();
    }
}
