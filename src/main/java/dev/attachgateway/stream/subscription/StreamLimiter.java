package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.subscription.StreamLimitExceededException.Of;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Counts the streams of this replica, and takes no more of a caller, of a project and of all than there is room for. */
@Startup
@ApplicationScoped
public class StreamLimiter {
    private final StreamConfig config;
    private final Map<Of, Counter> refused = new EnumMap<>(Of.class);
    private final Map<Who, Integer> callers = new HashMap<>();
    private final Map<String, Integer> projects = new HashMap<>();
    private int all;

    /** The same caller whatever groups a token names. */
    private record Who(String issuer, String subject) {}

    StreamLimiter(StreamConfig config, MeterRegistry registry) {
        this.config = config;
        for (var of : Of.values()) {
            refused.put(
                    of,
                    Counter.builder("attach.gateway.streams.refused")
                            .description("Streams that were refused, by whose streams were too many")
                            .tag("of", of.word())
                            .register(registry));
        }
    }

    /** A place that is taken until it is given back. */
    final class Place {
        private final Who who;
        private final String projectId;
        private boolean left;

        private Place(Who who, String projectId) {
            this.who = who;
            this.projectId = projectId;
        }

        /** Gives it back; again does nothing. */
        void leave() {
            synchronized (StreamLimiter.this) {
                if (!left) {
                    left = true;
                    all--;
                    less(callers, who);
                    less(projects, projectId);
                }
            }
        }
    }

    /**
     * Takes a place.
     *
     * @throws StreamLimitExceededException when there is none
     */
    synchronized Place enter(Caller caller, String projectId) {
        var who = new Who(caller.issuer(), caller.subject());
        require(Of.CALLER, callers.getOrDefault(who, 0), config.maxPerCaller());
        require(Of.PROJECT, projects.getOrDefault(projectId, 0), config.maxPerProject());
        require(Of.REPLICA, all, config.maxPerReplica());
        all++;
        callers.merge(who, 1, Integer::sum);
        projects.merge(projectId, 1, Integer::sum);
        return new Place(who, projectId);
    }

    private void require(Of of, int now, int most) {
        if (now >= most) {
            Objects.requireNonNull(refused.get(of)).increment();
            throw new StreamLimitExceededException(of, most);
        }
    }

    private static <K> void less(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Whether nothing is counted any more. */
    synchronized boolean isEmpty() {
        return all == 0 && callers.isEmpty() && projects.isEmpty();
    }
}
