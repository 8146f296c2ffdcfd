package dev.attachgateway.access.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.attachgateway.testkit.CommandResult;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An issuer like a Kubernetes API server: it serves HTTPS with a certificate of its own authority, and requires the token in
 * the file {@code expected} of its folder.
 */
public class KubernetesIssuerForTests implements QuarkusTestResourceLifecycleManager {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private @Nullable HttpsServer server;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("cluster");
            Files.writeString(folder.resolve("token"), "");
            keytool(
                    folder,
                    "-genkeypair -alias own -keyalg EC -keystore own.p12 -storepass changeit"
                            + " -dname CN=cluster -ext san=dns:localhost -validity 2");
            keytool(folder, "-exportcert -rfc -alias own -keystore own.p12 -storepass changeit -file ca.crt");
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            this.server = server;
            server.setHttpsConfigurator(new HttpsConfigurator(context(folder.resolve("own.p12"))));
            server.createContext("/", exchange -> respond(exchange, folder));
            server.start();
            String url = "https://localhost:" + server.getAddress().getPort();
            return Map.of(
                    "test.cluster.folder", folder.toString(),
                    "access.issuers.cluster.url", url,
                    "access.issuers.cluster.token-file", folder.resolve("token").toString(),
                    "access.issuers.cluster.ca-file", folder.resolve("ca.crt").toString(),
                    "access.issuers.untrusted.url", url + "/untrusted",
                    "access.issuers.untrusted.token-file",
                            folder.resolve("token").toString());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path folder, String arguments) {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        CommandResult.run(folder, Map.of(), TIMEOUT, (tool + " " + arguments).split(" "))
                .printed();
    }

    private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(file)) {
            keyStore.load(input, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keyStore, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void respond(HttpExchange exchange, Path folder) throws IOException {
        try (exchange) {
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!authorization.equals("Bearer " + Files.readString(folder.resolve("expected")))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            String url = "https://localhost:" + exchange.getLocalAddress().getPort();
            byte[] body = exchange.getRequestURI().getPath().endsWith("openid-configuration")
                    ? "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/openid/v1/jwks\"}"
                            .formatted(url, url)
                            .getBytes(StandardCharsets.UTF_8)
                    : Files.readAllBytes(folder.resolve("jwks"));
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
