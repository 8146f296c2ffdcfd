package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.subscription.StreamRevocationJob.Revoked;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** What became of streams, in numbers. Each counter is there from the start, so that an alert sees the first rise. */
@Startup
@ApplicationScoped
class StreamMetrics {
    private static final List<String> RESETS =
            List.of("another-history", "ahead-of-history", "before-retention", "history-too-long");

    private final MeterRegistry registry;

    StreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        RESETS.forEach(reason -> resets(reason).increment(0));
        for (var why : Revoked.values()) {
            revocations(why).increment(0);
        }
    }

    /** What a client knew cannot be continued. */
    void reset(String reason) {
        resets(reason).increment();
    }

    /** A licence is over. */
    void revoked(Revoked why) {
        revocations(why).increment();
    }

    private Counter resets(String reason) {
        return Counter.builder("attach.gateway.streams.resets")
                .description("Clients that got a reset and a fresh snapshot, by the reason they were told")
                .tag("reason", reason)
                .register(registry);
    }

    private Counter revocations(Revoked why) {
        return Counter.builder("attach.gateway.streams.revoked")
                .description("Streams that were ended with the credential or the grant they were opened with")
                .tag("reason", why.word())
                .register(registry);
    }
}
