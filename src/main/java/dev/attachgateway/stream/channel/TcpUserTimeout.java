package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * A peer that is gone without a word confirms nothing any more. The system would go on trying for a quarter of an hour; a
 * user time-out (RFC 5482) ends that, and the heartbeat sees to it that there is something to confirm.
 */
@ApplicationScoped
class TcpUserTimeout implements HttpServerOptionsCustomizer {
    private final StreamConfig config;

    TcpUserTimeout(StreamConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setTcpUserTimeout(Math.toIntExact(config.peerTimeout().toMillis()));
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }
}
