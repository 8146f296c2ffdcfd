package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.subscription.StreamRevocationJob.RevocationReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Counters of resets and revocations. Each is registered at the start, so that an alert sees the first increase. */
@Startup
@ApplicationScoped
class StreamMetrics {
    private static final List<String> RESETS =
            List.of("another-history", "ahead-of-history", "before-retention", "history-too-long");

    private final MeterRegistry registry;

    StreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        RESETS.forEach(reason -> resets(reason).increment(0));
        for (var reason : RevocationReason.values()) {
            revocations(reason).increment(0);
        }
    }

    /** Counts a reset. */
    void reset(String reason) {
        resets(reason).increment();
    }

    /** Counts a stream that was ended because its authorization was. */
    void revoked(RevocationReason reason) {
        revocations(reason).increment();
    }

    private Counter resets(String reason) {
        return Counter.builder("attach.gateway.streams.resets")
                .description("Clients that got a reset and a snapshot, by reason")
                .tag("reason", reason)
                .register(registry);
    }

    private Counter revocations(RevocationReason reason) {
        return Counter.builder("attach.gateway.streams.revoked")
                .description("Streams that were ended because their credential or grant ended")
                .tag("reason", reason.tag())
                .register(registry);
    }
}
