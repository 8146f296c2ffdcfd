package dev.attachgateway.stream;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.stream.channel.ServerSockets;
import dev.attachgateway.stream.eventlog.EventFilter;
import dev.attachgateway.stream.eventlog.StreamConfig;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.subscription.EventReplay;
import dev.attachgateway.stream.subscription.OpenStreamCommand;
import dev.attachgateway.stream.subscription.OperationStreamService;
import dev.attachgateway.stream.subscription.StreamHttpSupport;
import dev.attachgateway.stream.subscription.StreamLimiter;
import dev.attachgateway.stream.subscription.StreamRevocationJob;
import dev.attachgateway.stream.tail.EventLogTail;
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

/** A second route to every project's feed, written through the HTTP server as under encryption and HTTP/2. */
@ApplicationScoped
class ThroughServerFeed {
    static final String PATH = "/through-server/";

    /** The route has no authentication, so the caller is a fixed operator. */
    private static final Caller OPERATOR = new Caller("sandbox", "operator", Set.of("operators"));

    void register(
            @Observes Router router,
            EventLogTail tail,
            EventReplay eventReplay,
            StreamLimiter streamLimiter,
            StreamRevocationJob streamRevocationJob,
            ServerSockets serverSockets) {
        var config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(StreamConfig.class)
                .withDefaultValues(Map.of("stream.write-path", "plain"))
                .build()
                .getConfigMapping(StreamConfig.class);
        var streams = new OperationStreamService(
                tail,
                eventReplay,
                config,
                streamLimiter,
                streamRevocationJob,
                serverSockets,
                new SimpleMeterRegistry());
        var httpSupport = new StreamHttpSupport(streams, config);
        router.get(PATH + ":project").handler(exchange -> {
            var subscriptionScope =
                    new SubscriptionScope(exchange.pathParam("project"), EventFilter.ALL, ReadScope.UNRESTRICTED);
            var entitlement = new StreamAuthorization.Entitlement(
                    OPERATOR, subscriptionScope.projectId(), subscriptionScope.readScope());
            var command = new OpenStreamCommand(
                    subscriptionScope,
                    new StreamAuthorization(entitlement, Instant.MAX),
                    EventEnvelope.NONE,
                    StreamHttpSupport.lastEventId(exchange),
                    false);
            httpSupport.open(exchange, command).subscribe().with(_ -> {}, exchange::fail);
        });
    }
}
