package dev.attachgateway.access.oidc;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.access.ratelimit.RateLimitedProfile;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that Kubernetes service account tokens are accepted, when the API server requires a token to read its keys. */
@QuarkusTest
@TestProfile(RateLimitedProfile.class)
@WithTestResource(PostgresForTests.class)
class ServiceAccountTokensTest {
    private static final String ROUTE = "/v1/" + PROJECT + "/door";
    private static final Path FOLDER = Path.of(Tokens.setting("test.cluster.folder"));

    private final Tokens cluster = new Tokens("cluster", FOLDER.resolve("jwks"));

    @Test
    void a_projected_token_identifies_its_workload_and_the_token_file_is_read_each_time() throws IOException {
        Files.writeString(FOLDER.resolve("expected"), "first");
        Files.writeString(FOLDER.resolve("token"), "expired");
        assertThat(Client.getAs(projectedToken("launcher"), ROUTE).statusCode()).isEqualTo(503);

        Files.writeString(FOLDER.resolve("token"), "first\n");
        var response = Client.getAs(projectedToken("launcher"), ROUTE);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).startsWith("cluster:system:serviceaccount:training:launcher ");
        assertThat(Client.getAs(projectedToken("default"), ROUTE).statusCode())
                .as("another account of the namespace")
                .isEqualTo(403);

        Files.writeString(FOLDER.resolve("expected"), "second");
        Files.writeString(FOLDER.resolve("token"), "second");
        cluster.rename("rotated");
        cluster.publish();
        assertThat(Client.getAs(projectedToken("launcher"), ROUTE).statusCode()).isEqualTo(200);
    }

    @Test
    void a_certificate_of_an_unconfigured_authority_is_not_trusted() throws IOException {
        Files.writeString(FOLDER.resolve("expected"), "first");
        Files.writeString(FOLDER.resolve("token"), "first");
        var claims = claims("launcher").issuer(Tokens.setting("access.issuers.untrusted.url"));

        assertThat(Client.getAs(cluster.sign(claims), ROUTE).statusCode()).isEqualTo(503);
    }

    @Test
    void a_ca_file_without_certificates_prevents_the_start(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("ca.crt"), "no certificate");

        assertThatThrownBy(() -> IssuerTlsConfiguration.load(empty, "access.issuers.cluster.ca-file"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("access.issuers.cluster.ca-file: ");
        assertThatThrownBy(
                        () -> IssuerTlsConfiguration.load(folder.resolve("missing"), "access.issuers.cluster.ca-file"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("access.issuers.cluster.ca-file: ");
    }

    private String projectedToken(String account) {
        return cluster.sign(claims(account));
    }

    /** The claims as kube-apiserver issues them. */
    private JwtClaimsBuilder claims(String account) {
        var now = Instant.now();
        return Jwt.claims()
                .issuer(Tokens.setting("access.issuers.cluster.url"))
                .subject("system:serviceaccount:training:" + account)
                .audience(Set.of("attach-gateway"))
                .issuedAt(now)
                .claim("nbf", now.getEpochSecond())
                .expiresAt(now.plusSeconds(3607))
                .claim(
                        "kubernetes.io",
                        Map.of(
                                "namespace", "training",
                                "pod", Map.of("name", "launcher-0", "uid", "a4c3c1c5-4f5c-4f4f-9a51-5a8f5c1c2b3d"),
                                "serviceaccount",
                                        Map.of("name", account, "uid", "0b2c8a9e-7e2a-4a43-8f0d-2f4a1f3a9d11"),
                                "warnafter", now.plusSeconds(3000).getEpochSecond()));
    }
}
