package dev.attachgateway.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** A user who attaches and detaches in the sandbox without the gateway, as in the cloud's console. */
public final class CloudConsole {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String sandbox;
    private final String token;

    private CloudConsole(String sandbox) {
        this.sandbox = sandbox;
        var user = Map.of("name", "gateway", "password", "gateway", "domain", Map.of("name", "sandbox"));
        var auth = Map.of(
                "auth",
                Map.of(
                        "identity", Map.of("methods", new String[] {"password"}, "password", Map.of("user", user)),
                        "scope", Map.of("project", Map.of("id", GatewayClient.P1))));
        token = exchange(HttpRequest.newBuilder(URI.create(sandbox + "/iam/v3/auth/tokens"))
                        .POST(BodyPublishers.ofString(JSON.valueToTree(auth).toString())))
                .headers()
                .firstValue("X-Subject-Token")
                .orElseThrow();
    }

    /** A user of the sandbox that runs in this process. */
    public static CloudConsole underTest() {
        return new CloudConsole(ConfigProvider.getConfig().getValue("test.url", String.class) + "/sandbox");
    }

    public void attach(String server, String disk) {
        exchange(HttpRequest.newBuilder(server(server, "/attachvolume"))
                .header("X-Auth-Token", token)
                .POST(BodyPublishers.ofString(GatewayClient.body(disk))));
    }

    public void detach(String server, String disk) {
        exchange(HttpRequest.newBuilder(server(server, "/detachvolume/" + disk))
                .header("X-Auth-Token", token)
                .DELETE());
    }

    private URI server(String id, String path) {
        return URI.create(sandbox + "/modelarts/v1/" + GatewayClient.P1 + "/dev-servers/" + id + path);
    }

    private static HttpResponse<String> exchange(HttpRequest.Builder request) {
        var sentRequest = request.header("Content-Type", "application/json").build();
        try {
            var response = HTTP.send(sentRequest, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new AssertionError(sentRequest.uri() + ": " + response.statusCode() + " " + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new AssertionError(sentRequest.uri() + " got no response", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
