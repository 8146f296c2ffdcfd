package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.JarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Development mode, started with the README's first command in a copy of the project, survives reloads. */
class DevModeIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String OPERATIONS = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final String SUMMARY = "The caller's identity and permissions";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path project;

    @Test
    void requests_and_streams_survive_two_reloads_and_unformatted_source_is_accepted() throws IOException {
        for (var part : List.of("pom.xml", "mvnw", ".mvn", "src/main")) {
            copy(Path.of(part));
        }
        var port = Fork.freePort();
        var source = project.resolve("src/main/java/dev/attachgateway/access/WhoamiResource.java");
        // Differs from the formatter's output.
        Files.writeString(source, Files.readString(source).replace("\n@Path(", "\n\n   @Path("));
        try (var process = JarProcess.start(
                List.of(
                        "./mvnw",
                        "-B",
                        "-ntp",
                        "quarkus:dev",
                        "-Ddebug=false",
                        "-Dmaven.repo.local=" + System.getProperty("local.repository"),
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.port=" + Fork.freePort()),
                project,
                project.resolve("dev.log"),
                Map.of("JAVA_HOME", System.getProperty("java.home")))) {
            var url = "http://localhost:" + port;
            awaitDocumentWith(SUMMARY, url, process);
            var gateway = new GatewayClient(url);
            for (var reload = 1; reload <= 2; reload++) {
                try (var stream = gateway.stream(OPERATIONS, gateway.withToken("attacher"))) {
                    assertThat(stream.status()).isEqualTo(200);
                    stream.next();
                    change(source, reload);
                    awaitDocumentWith(summary(reload), url, process);
                    stream.toEnd();
                }
                assertThat(gateway.get(OPERATIONS, gateway.withToken("attacher"))
                                .status())
                        .isEqualTo(200);
            }
            assertThat(process.said())
                    .doesNotContain("spotless")
                    .contains("Not compiling test sources")
                    .doesNotContainIgnoringCase("analytics");
        }
    }

    private static String summary(int reload) {
        return reload == 0 ? SUMMARY : "Reloaded " + reload;
    }

    private static void change(Path source, int reload) throws IOException {
        var text = Files.readString(source);
        assertThat(text).contains(summary(reload - 1));
        Files.writeString(source, text.replace(summary(reload - 1), summary(reload)));
    }

    /** The OpenAPI document is generated at build time, so it shows which source was compiled. */
    private static void awaitDocumentWith(String summary, String url, JarProcess process) {
        Awaitility.await("development mode shows: " + summary).atMost(TIMEOUT).until(() -> {
            if (!process.isAlive()) {
                throw process.failure("development mode ended");
            }
            return document(url).contains(summary);
        });
    }

    private static String document(String url) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(url + "/openapi?format=json"))
                    .timeout(Duration.ofMinutes(1))
                    .build();
            return HTTP.send(request, BodyHandlers.ofString()).body();
        } catch (IOException _) {
            return "";
        }
    }

    private void copy(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    var target = project.resolve(file.toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
