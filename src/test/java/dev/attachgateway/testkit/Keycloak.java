package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A Keycloak server in its own process, with the realm {@code corp} from the test resources. */
public final class Keycloak implements AutoCloseable {
    private static final String VERSION = "26.7.3";
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(6);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path home;
    private final int port;
    private @Nullable Process process;

    private Keycloak(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    /** Whether this machine has the distribution, which {@code .ci/run} downloads. */
    public static boolean isThere() {
        return Files.exists(archive());
    }

    private static Path archive() {
        return Path.of(
                System.getProperty("local.repository", ""),
                "org/keycloak/keycloak-quarkus-dist",
                VERSION,
                "keycloak-quarkus-dist-" + VERSION + ".tar.gz");
    }

    /** Unpacks and starts Keycloak, and returns once it is ready. */
    public static Keycloak start(Path folder) {
        var keycloak = new Keycloak(folder.resolve("keycloak-" + VERSION), Fork.freePort());
        try {
            Files.createDirectories(folder);
            CommandResult.run(
                            folder,
                            Map.of(),
                            Duration.ofMinutes(3),
                            "tar",
                            "-xzf",
                            archive().toString())
                    .printed();
            var realms = Files.createDirectories(keycloak.home.resolve("data/import"));
            Files.copy(Path.of("src/test/resources/keycloak/realm.json"), realms.resolve("realm.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keycloak.start();
        return keycloak;
    }

    /** Starts Keycloak, or restarts it with its previous data. */
    public void start() {
        var log = home.resolve("keycloak.log");
        var builder = new ProcessBuilder(
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin");
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Awaitility.await("Keycloak")
                    .atMost(READY_TIMEOUT)
                    .pollInterval(Duration.ofMillis(500))
                    .until(this::isReady);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(URI.create(url() + "/.well-known/openid-configuration"))
                                            .timeout(Duration.ofSeconds(10))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException _) {
            return false;
        }
    }

    /** The realm's URL, which is the issuer in its tokens. */
    public String url() {
        return "http://localhost:" + port + "/realms/corp";
    }

    /** A token of a client of the realm, by the client credentials grant. */
    public String token(String client) {
        return grant(
                "corp",
                Map.of("grant_type", "client_credentials", "client_id", client, "client_secret", client + "-secret"));
    }

    /** A token of the client {@code tools} for a user of the realm, by the password grant. */
    public String userToken(String user) {
        return grant(
                "corp",
                Map.of(
                        "grant_type",
                        "password",
                        "client_id",
                        "tools",
                        "client_secret",
                        "tools-secret",
                        "username",
                        user,
                        "password",
                        user + "-password"));
    }

    /** Makes the realm sign with a new key; earlier signatures remain verifiable. */
    public void rotateKeys() {
        var admin = grant(
                "master",
                Map.of("grant_type", "password", "client_id", "admin-cli", "username", "admin", "password", "admin"));
        var provider = JSON.createObjectNode()
                .put("name", "newer")
                .put("providerId", "rsa-generated")
                .put("providerType", "org.keycloak.keys.KeyProvider");
        provider.putObject("config").putArray("priority").add("200");
        var response =
                send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/admin/realms/corp/components"))
                        .header("Authorization", "Bearer " + admin)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(provider.toString())));
        if (response.statusCode() != 201) {
            throw new AssertionError("no new key: " + response.statusCode() + " " + response.body());
        }
    }

    private String grant(String realm, Map<String, String> form) {
        var body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var response = send(HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/realms/" + realm + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
        try {
            JsonNode token = JSON.readTree(response.body()).path("access_token");
            if (!token.isTextual()) {
                throw new AssertionError("no token: " + response.body());
            }
            return token.asText();
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Kills Keycloak; {@link #start()} restarts it. */
    @Override
    public void close() {
        var running = process;
        if (running == null) {
            return;
        }
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
        try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("Keycloak does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }
}
