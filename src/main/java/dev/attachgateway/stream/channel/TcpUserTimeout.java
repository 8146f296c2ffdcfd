package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Detects peers that disappeared without closing the connection. The operating system would retransmit for a quarter of
 * an hour; a TCP user timeout (RFC 5482) ends that, and the heartbeat makes sure that there are bytes to acknowledge.
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
