import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway as it is shipped, and its sandbox in a process of its own. */
final class Packaged implements AutoCloseable {
    static final Duration TICK = Duration.ofMillis(100);
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Path folder;
    final String jar;
    final int cloudPort = freePort();
    final int port = freePort();
    final int managementPort = freePort();
    Process cloud;
    Process gateway;

    Packaged(Path folder, String jar) throws Exception {
        this(folder, jar, Map.of());
    }

    Packaged(Path folder, String jar, Map<String, String> environment) throws Exception {
        this.folder = folder;
        this.jar = jar;
        startCloud();
        gateway = startGateway("gateway", port, managementPort, environment);
        awaitStatus("http://localhost:" + managementPort + "/q/health/ready", 200);
    }

    void startCloud() throws Exception {
        cloud = start("cloud", Map.of(), "sandbox", "--port=" + cloudPort);
        awaitStatus(cloudUrl() + "/sandbox/control/behaviour", 200);
    }

    void stopCloud() throws Exception {
        cloud.destroyForcibly();
        cloud.waitFor();
    }

    @Override
    public void close() throws Exception {
        gateway.destroy();
        cloud.destroy();
        if (!gateway.waitFor(20, TimeUnit.SECONDS)) {
            gateway.destroyForcibly();
        }
    }

    /** Does not wait until it is ready. */
    Process startGateway(String name, int port, int managementPort, Map<String, String> environment) throws IOException {
        var all = new HashMap<>(environment);
        all.put("SANDBOX_URL", cloudUrl());
        all.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        all.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        return start(name, all);
    }

    Process start(String name, Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-jar", jar));
        command.addAll(List.of(arguments));
        var home = Files.createDirectories(folder.resolve(name)).toFile();
        var builder = new ProcessBuilder(command).directory(home).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(home, "log")));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** For a day. */
    String token(String client) throws Exception {
        var answer = send("POST", cloudUrl() + "/sandbox/oidc/token", "grant_type=client_credentials&client_id=" + client
                + "&client_secret=" + client + "&expires_in=86400");
        return answer.replaceFirst(".*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    }

    String cloudUrl() {
        return "http://localhost:" + cloudPort;
    }

    String control(String method, String path, String body) throws Exception {
        return send(method, cloudUrl() + "/sandbox/control/" + path, body);
    }

    /** The sum over the three services of a metric, or NaN where it is not a number. */
    double metric(String name, String tag) throws Exception {
        var lines = send("GET", "http://localhost:" + managementPort + "/q/metrics", null).lines()
                .filter(line -> line.startsWith("attach_gateway_upstream_" + name + "{") && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .filter(value -> !Double.isNaN(value)).toArray();
        return lines.length == 0 ? Double.NaN : java.util.Arrays.stream(lines).sum();
    }

    static String send(String method, String url, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30))
                .header("Content-Type", url.endsWith("token") ? "application/x-www-form-urlencoded" : "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    void awaitStatus(String url, int status) throws Exception {
        for (var tries = 0; tries < 1200; tries++) {
            try {
                var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
                if (HTTP.send(request, BodyHandlers.discarding()).statusCode() == status) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            Thread.sleep(TICK);
        }
        throw new IllegalStateException(url + " does not answer");
    }

    static double cpuSeconds(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
        } catch (IOException gone) {
            return 0;
        }
    }

    static boolean isPostgresIn(Path folder, ProcessHandle process) {
        try {
            var facts = Path.of("/proc/" + process.pid());
            return Files.readString(facts.resolve("comm")).startsWith("postgres")
                    && Files.readSymbolicLink(facts.resolve("cwd")).startsWith(folder.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
