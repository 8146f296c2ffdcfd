package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.tail.EventNotifier;
import dev.attachgateway.stream.tail.TailMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says among the details of readiness how far behind this replica's streams are. It never takes the replica out of service:
 * what keeps one tail from reading while the database answers nearly always keeps all of them from it, and a service
 * without any replica helps nobody.
 */
@Readiness
@ApplicationScoped
class StreamHealth implements HealthCheck {
    /** Polls in a row without which a tail is late. */
    private static final int POLLS = 10;

    private final TailMetrics tail;
    private final EventNotifier eventNotifier;
    private final StreamConfig config;

    StreamHealth(TailMetrics tail, EventNotifier eventNotifier, StreamConfig config) {
        this.tail = tail;
        this.eventNotifier = eventNotifier;
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        var behind = tail.progress().behind(System.nanoTime());
        return HealthCheckResponse.named("Stream of events")
                .up()
                .withData("behind_ms", behind.toMillis())
                .withData("late", behind.compareTo(config.pollInterval().multipliedBy(POLLS)) > 0)
                .withData("failed_reads", tail.progress().failures())
                .withData("listening", eventNotifier.isListening())
                .build();
    }
}
