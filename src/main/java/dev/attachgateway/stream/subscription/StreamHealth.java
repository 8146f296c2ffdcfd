package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.tail.EventNotifier;
import dev.attachgateway.stream.tail.TailMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Reports in the details of readiness how far behind this replica's streams are. It never takes the replica out of
 * service: a cause that keeps one tail from reading while the database responds nearly always keeps all of them from
 * it, and a service without replicas helps no client.
 */
@Readiness
@ApplicationScoped
class StreamHealth implements HealthCheck {
    /** The number of poll intervals after which a tail counts as late. */
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
