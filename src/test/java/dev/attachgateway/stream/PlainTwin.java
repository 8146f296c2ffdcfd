package dev.attachgateway.stream;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.ReadScope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** The feed of any project at an address of its own, written through the HTTP server as under encryption and HTTP/2. */
@ApplicationScoped
class PlainTwin {
    static final String PATH = "/plain-twin/";

    /** Nobody has to say who they are here, so it is an operator. */
    private static final Caller OPERATOR = new Caller("sandbox", "operator", Set.of("operators"));

    void register(
            @Observes Router router,
            Tail tail,
            CatchUp catchUp,
            Admission admission,
            Revocations revocations,
            ListeningSockets listening) {
        var config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(StreamConfig.class)
                .withDefaultValues(Map.of("stream.write-path", "plain"))
                .build()
                .getConfigMapping(StreamConfig.class);
        var streams = new OperationStreams(
                tail, catchUp, config, admission, revocations, listening, new SimpleMeterRegistry());
        router.get(PATH + ":project").handler(exchange -> {
            var audience = new Audience(exchange.pathParam("project"), Filter.ALL, ReadScope.UNRESTRICTED);
            var entitlement = new StreamAuthorization.Entitlement(OPERATOR, audience.projectId(), audience.sight());
            streams.open(exchange, audience, new StreamAuthorization(entitlement, Instant.MAX), Envelope.NONE, false);
        });
    }
}
