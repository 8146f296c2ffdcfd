package dev.attachgateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * The URL of a sandbox in another process can be written in several ways ({@code 127.0.0.1} or {@code localhost}, with its
 * path or without), while its tokens name one issuer. The issuer is read from the sandbox's discovery document; when the
 * sandbox is not up yet, the configured URL has to match it.
 */
final class ExternalSandboxConfig {
    private static final String URL_PROPERTY = "sandbox.url";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private ExternalSandboxConfig() {}

    /** Sets the normalized URL and the issuer as system properties, before anything else starts. */
    static void apply(Config config) {
        config.getOptionalValue(URL_PROPERTY, String.class).ifPresent(given -> {
            var origin = given.replaceFirst("(/sandbox)?/*$", "");
            System.setProperty(URL_PROPERTY, origin);
            fetchIssuer(origin).ifPresent(issuer -> System.setProperty("access.issuers.sandbox.url", issuer));
        });
    }

    private static Optional<String> fetchIssuer(String origin) {
        try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var discovery = URI.create(origin + "/sandbox/oidc/.well-known/openid-configuration");
            var response = client.send(
                    HttpRequest.newBuilder(discovery).timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
            return Optional.ofNullable(
                    new ObjectMapper().readTree(response.body()).path("issuer").textValue());
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
