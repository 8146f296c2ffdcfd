package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Secrets;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.UserAgent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No secret leaks, even with the log level DEBUG: marked secrets are used in valid and invalid requests, and then searched
 * for in everything that the gateway has logged, stored and sent.
 */
@Timeout(300)
class SecretsIT {
    private static final String MARK = "MARKED-";
    private static final String PROJECT = "/v1/" + GatewayClient.P1;
    private static final String OPERATIONS = PROJECT + "/dev-servers/operations";

    /** A JSON document in base64, the start of the tokens of any issuer and of the cloud; long enough to be a token. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{20,}");

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final List<String> responses = new ArrayList<>();

    @TempDir
    Path folder;

    private RunningGateway running;
    private GatewayClient gateway;
    private SandboxCloud cloud;

    private String marked(String name) {
        return secrets.computeIfAbsent(name, key -> MARK + key + "-0123456789abcdef0123456789abcdef");
    }

    private Path file(String name, String content) throws IOException {
        var file = Files.writeString(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }

    private HttpAnswer capture(HttpAnswer response) {
        responses.add(response.headers().map() + "\n" + response.body());
        return response;
    }

    @BeforeEach
    void start() throws IOException {
        var keys = file("keys.yaml", """
                keys:
                  - access_key: CALLERKEY
                    secret_key: %s
                    subject: pipeline
                    groups: [attachers]
                """.formatted(marked("access-key")));
        running = RunningGateway.start(
                folder.resolve("gateway"),
                Map.of(
                        "ACCESS_KEYS_FILE", keys.toString(),
                        "ACCESS_SESSION_KEY_FILE",
                                file("session", marked("session-key")).toString(),
                        "AUDIT_SEAL_KEY_FILE", file("seal", marked("seal-key")).toString(),
                        "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true",
                        "QUARKUS_LOG_LEVEL", "DEBUG"));
        gateway = new GatewayClient(running.url());
        cloud = new SandboxCloud(running.url());
        // The cloud key of the bundled configuration, and the password of the embedded database.
        secrets.put("cloud key", "sandbox-secret-key");
        secrets.put(
                "database",
                Files.readString(folder.resolve("gateway/data/postgresql/password"))
                        .strip());
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void no_secret_is_in_a_log_a_response_an_event_a_metric_or_the_database() throws Exception {
        useTokens();
        useSignatures();
        useBrowserSession();
        useInvalidCredentials();
        useWhileTheCloudFails();
        useWhileTheDatabaseFails();
        assertNoSecretLeaked();
    }

    private void useTokens() {
        var attachFixture = AttachFixture.set(gateway, cloud);
        var operation = capture(attachFixture.attach()).operationId();
        attachFixture.awaitStatus(operation, "success");
        attachFixture.story(operation).forEach(block -> responses.add(String.valueOf(block)));
        capture(gateway.get(PROJECT + "/whoami", "X-Auth-Token", gateway.token("viewer")));
        capture(gateway.get("/v2/" + GatewayClient.P1 + "/cloudvolumes/detail", gateway.withToken("viewer")));
        capture(gateway.get(PROJECT + "/dev-servers", gateway.withToken("viewer")));
        capture(attachFixture.detach());
    }

    private void useSignatures() {
        var attachFixture = AttachFixture.set(gateway, cloud);
        var key = new Signer("CALLERKEY", marked("access-key"));
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var headers =
                Signing.headers(key, gateway, "POST", path, GatewayClient.body(attachFixture.disk()), Instant.now());
        secrets.put("signature", signature(headers));
        capture(gateway.send("POST", path, GatewayClient.body(attachFixture.disk()), headers));
        capture(gateway.send("POST", path, GatewayClient.body(attachFixture.disk()), headers));
        capture(gateway.send("POST", path, "{}", headers));
        capture(Signing.get(gateway, new Signer("CALLERKEY", marked("wrong-key")), OPERATIONS));
        capture(Signing.get(gateway, new Signer("NOBODY", marked("wrong-key")), OPERATIONS));
    }

    private static String signature(String... headers) {
        for (var i = 0; i < headers.length; i += 2) {
            if (headers[i].equalsIgnoreCase("Authorization")) {
                return headers[i + 1].replaceAll(".*Signature=", "");
            }
        }
        throw new AssertionError("not signed");
    }

    private void useBrowserSession() {
        var browser = new UserAgent(gateway.url());
        var callback = browser.agree("operator", "");
        secrets.put("code", callback.replaceAll(".*[?&]code=([^&]*).*", "$1"));
        browser.get(callback);
        secrets.put("session", browser.cookies().get(UserAgent.SESSION));
        var ticket = gateway.send(
                "POST",
                OPERATIONS + "/tickets",
                "{\"path\":\"" + OPERATIONS + "\",\"origin\":\"" + gateway.url() + "\"}",
                "Cookie",
                browser.cookieHeader(),
                "X-Requested-With",
                "fetch");
        secrets.put("ticket", ticket.text("ticket"));
        try (var stream = gateway.stream(ticket.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
            responses.add(String.valueOf(stream.next()));
        }
        capture(gateway.get(ticket.text("url"), "Accept", "text/event-stream"));
        capture(gateway.get(OPERATIONS, "Cookie", browser.cookieHeader()));
        browser.post("/session/logout", "X-Requested-With", "fetch");
        capture(gateway.get(OPERATIONS, "Cookie", browser.cookieHeader() + UserAgent.SESSION + "=" + marked("cookie")));
        browser.get("/session/callback?code=" + marked("other-code") + "&state=" + marked("other-state"));
    }

    private void useInvalidCredentials() {
        var invalidToken = gateway.token("viewer") + marked("tail");
        for (var value : List.of(
                "Bearer " + invalidToken, "Bearer " + marked("bearer"), "Basic " + marked("basic"), marked("bare"))) {
            capture(gateway.get(OPERATIONS, "Authorization", value));
            capture(gateway.get(OPERATIONS, "X-Auth-Token", value));
            capture(gateway.get("/elsewhere", "Authorization", value));
        }
        capture(gateway.get(OPERATIONS + "?ticket=" + marked("found"), "Accept", "text/event-stream"));
        capture(gateway.send("POST", OPERATIONS + "/tickets", "{\"path\": ", gateway.withToken("viewer")));
        capture(gateway.get(OPERATIONS, gateway.withToken("viewer", "X-Auth-Token", marked("other"))));
    }

    private void useWhileTheCloudFails() {
        for (var fault : List.of(
                Fault.status("attach", 401),
                Fault.status("token", 500),
                Fault.status("attach", 500),
                Fault.kind("attach", "drop"))) {
            var attachFixture = AttachFixture.set(gateway, cloud);
            cloud.faults(fault);
            capture(attachFixture.attach("Prefer", "wait=1"));
        }
        cloud.faults();
    }

    private void useWhileTheDatabaseFails() throws IOException, SQLException {
        try (var database = running.postgres().open();
                var statement = database.createStatement()) {
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()");
        }
        capture(gateway.get(OPERATIONS, gateway.withToken("viewer")));
        var attachFixture = AttachFixture.set(gateway, cloud);
        capture(attachFixture.attach());
    }

    private void assertNoSecretLeaked() throws IOException, InterruptedException, SQLException {
        for (var page : List.of("/q/metrics", "/q/health", "/q/health/ready")) {
            responses.add(HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(running.managementUrl() + page))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        }
        responses.add(gateway.document().body());
        var allResponses = String.join("\n", responses);
        var log = Files.readString(running.directory().resolve("gateway.log"));
        String database;
        try (var connection = running.postgres().open()) {
            database = String.join("\n", Secrets.contents(connection));
        }
        assertThat(log).contains("DEBUG", OPERATIONS).hasSizeGreaterThan(100_000);
        assertThat(allResponses).contains("Gateway.", "attach_gateway").hasSizeGreaterThan(10_000);
        assertThat(database).contains("pipeline", "attacher").hasSizeGreaterThan(10_000);
        assertThat(secrets).hasSizeGreaterThan(12);
        Map.of("log", log, "responses", allResponses, "database", database).forEach((where, text) -> {
            secrets.forEach((name, secret) -> {
                assertAbsent(where, name, text, secret);
                assertAbsent(
                        where,
                        name,
                        text,
                        Base64.getEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
            });
            TOKEN.matcher(text).results().findFirst().ifPresent(found -> {
                throw new AssertionError("a token in the " + where + ": …" + around(text, found.start()));
            });
        });
    }

    private static void assertAbsent(String where, String name, String text, String secret) {
        var at = text.indexOf(secret);
        if (at >= 0) {
            throw new AssertionError("the " + name + " in the " + where + ": …" + around(text, at));
        }
    }

    private static String around(String text, int at) {
        return text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100));
    }
}
