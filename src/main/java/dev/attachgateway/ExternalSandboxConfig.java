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
 * A practice cloud in another process may be spelled in several ways ({@code 127.0.0.1} or {@code localhost}, with its path
 * or without), while its tokens name it in one. It is asked which; when it is not up yet, the spelling given has to be right.
 */
final class ExternalSandboxConfig {
    private static final String URL = "sandbox.url";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private ExternalSandboxConfig() {}

    /** Lets the rest of the configuration know, by system properties, before anything else starts. */
    static void settle(Config config) {
        config.getOptionalValue(URL, String.class).ifPresent(given -> {
            var origin = given.replaceFirst("(/sandbox)?/*$", "");
            System.setProperty(URL, origin);
            issuer(origin).ifPresent(issuer -> System.setProperty("access.issuers.sandbox.url", issuer));
        });
    }

    private static Optional<String> issuer(String origin) {
        try (var client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            var discovery = URI.create(origin + "/sandbox/oidc/.well-known/openid-configuration");
            var answer =
                    client.send(HttpRequest.newBuilder(discovery).timeout(LIMIT).build(), BodyHandlers.ofByteArray());
            return Optional.ofNullable(
                    new ObjectMapper().readTree(answer.body()).path("issuer").textValue());
        } catch (IOException | IllegalArgumentException unknown) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
