package dev.attachgateway.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OIDC issuers that publish the key files of a folder; without its file an issuer responds 500. */
public class IssuerForTests implements QuarkusTestResourceLifecycleManager {
    private @Nullable HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("issuer");
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            this.server = server;
            server.createContext("/", exchange -> respond(exchange, folder));
            server.start();
            var origin = "http://localhost:" + server.getAddress().getPort();
            return Map.ofEntries(
                    Map.entry("test.issuer.folder", folder.toString()),
                    Map.entry("access.issuers.sandbox.url", origin + "/sandbox"),
                    Map.entry("access.issuers.second.url", origin + "/second"),
                    Map.entry("access.issuers.second.audience", "second-audience"),
                    Map.entry("access.issuers.asleep.url", origin + "/asleep"),
                    Map.entry("access.issuers.busy.url", origin + "/busy"),
                    Map.entry("access.issuers.cold.url", origin + "/cold"),
                    Map.entry("access.issuers.brief.url", origin + "/brief"),
                    Map.entry("access.issuers.brief.jwks-cache-ttl", "PT0.2S"),
                    Map.entry("access.issuers.away.url", "http://localhost:1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void respond(HttpExchange exchange, Path folder) throws IOException {
        try (exchange) {
            var path = Path.of(exchange.getRequestURI().getPath());
            String issuer = path.getName(0).toString();
            byte[] body;
            if (path.endsWith(".well-known/openid-configuration")) {
                var url = "http://localhost:" + exchange.getLocalAddress().getPort() + "/" + issuer;
                body = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}"
                        .formatted(url, url)
                        .getBytes(StandardCharsets.UTF_8);
            } else if (Files.exists(folder.resolve(issuer))) {
                body = Files.readAllBytes(folder.resolve(issuer));
                Files.writeString(
                        folder.resolve(issuer + ".asked"), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } else {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }
}
