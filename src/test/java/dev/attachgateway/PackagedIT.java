package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PackagedBuild;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged builds apply the settings that are given at start. */
class PackagedIT {
    private static final String OPERATION = GatewayClient.operationPath(
            GatewayClient.P1, "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3", "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3");

    @TempDir
    Path folder;

    @Test
    void the_sandbox_issuer_uses_the_configured_port_and_tokens_stay_valid_over_a_restart() {
        try (var running = RunningGateway.start(folder, Map.of())) {
            var gateway = new GatewayClient(running.url());
            var issuer = running.url() + "/sandbox/oidc";
            var discovery = gateway.get("/sandbox/oidc/.well-known/openid-configuration");
            assertThat(discovery.text("issuer")).isEqualTo(issuer);
            assertThat(discovery.text("token_endpoint")).isEqualTo(issuer + "/token");
            assertThat(discovery.text("jwks_uri")).isEqualTo(issuer + "/jwks");
            var token = gateway.token("team-1");
            ExternalSandboxIT.assertAttaches(gateway, new SandboxCloud(running.url()));

            running.process().terminate();
            running.process().exit(Duration.ofSeconds(20));
            running.restart();
            assertThat(gateway.get(OPERATION, "Authorization", "Bearer " + token)
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void a_production_build_has_no_sandbox_and_attaches_through_the_configured_cloud() throws Exception {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"));
                var running = RunningGateway.start(PackagedBuild.PRODUCTION, folder, settings(sandbox.url()))) {
            var gateway = new GatewayClient(running.url(), sandbox.url());
            assertThat(gateway.get("/sandbox/control/state").status()).isEqualTo(404);
            assertThat(gateway.get("/sandbox/oidc/jwks").status()).isEqualTo(404);
            ExternalSandboxIT.assertAttaches(gateway, new SandboxCloud(sandbox.url()));
            assertThat(folder.resolve("data/sandbox")).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UPSTREAM_MODELARTS_URL, upstream.modelarts.url is required",
        "UPSTREAM_CREDENTIALS_FILE, upstream.credentials-file is not set",
        "ACCESS_ISSUERS_SANDBOX_URL, No issuer is configured",
        "ACCESS_GRANTS_FILE, access.grants-file is not set"
    })
    void a_production_build_names_a_missing_setting_and_exits(String missing, String message) throws Exception {
        var settings = settings("http://localhost:1");
        settings.remove(missing);
        try (var running = RunningGateway.launch(PackagedBuild.PRODUCTION, folder, settings)) {
            assertThat(running.process().exit(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(running.process().said()).contains(message).doesNotContain("\tat ");
        }
    }

    private Map<String, String> settings(String sandbox) throws Exception {
        var grants = folder.resolve("grants.yaml");
        Files.writeString(grants, """
                grants:
                  - name: teams
                    issuer: sandbox
                    groups: [attachers]
                    projects: ["%s"]
                    actions: [read, attach]
                """.formatted(GatewayClient.P1));
        var credentials = folder.resolve("credentials.yaml");
        Files.writeString(credentials, """
                credentials:
                  - projects: ["%s"]
                    user: gateway
                    password: gateway
                    domain: sandbox
                """.formatted(GatewayClient.P1));
        return new HashMap<>(Map.of(
                "STORAGE", "embedded",
                "UPSTREAM_MODELARTS_URL", sandbox + "/sandbox/modelarts",
                "UPSTREAM_EVS_URL", sandbox + "/sandbox/evs",
                "UPSTREAM_IAM_URL", sandbox + "/sandbox/iam",
                "UPSTREAM_CREDENTIALS_FILE", credentials.toString(),
                "ACCESS_ISSUERS_SANDBOX_URL", sandbox + "/sandbox/oidc",
                "ACCESS_GRANTS_FILE", grants.toString()));
    }
}
