import dev.attachgateway.signature.Signer;
import io.vertx.core.json.JsonObject;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What each kind of credential costs: the same read, {@code whoami}, sent by the same caller in different ways, and a stream
 * that is opened and left again. In turn, some rounds; the CPU time of the gateway and of its database for each request,
 * medians. Arguments: folder, gateway jar, requests a round, rounds.
 */
public class Credentials {
    static final String WHOAMI = "/v1/" + Load.PROJECT + "/whoami";
    static final String STREAM = "/v1/" + Load.PROJECT + "/dev-servers/operations";
    static final int AT_ONCE = 4;

    /** One way to send a request; answers its status. */
    interface Way {
        int send() throws Exception;
    }

    record Cost(double gateway, double database) {
        double all() {
            return gateway + database;
        }
    }

    final Packaged packaged;
    final Path folder;
    final String url;

    Credentials(Packaged packaged, Path folder) {
        this.packaged = packaged;
        this.folder = folder;
        url = "http://localhost:" + packaged.port;
    }

    public static void main(String[] args) throws Exception {
        var folder = Path.of(args[0]);
        var requests = Integer.parseInt(args[2]);
        var rounds = Integer.parseInt(args[3]);
        try (var packaged = new Packaged(folder, args[1])) {
            var bench = new Credentials(packaged, folder);
            var ways = bench.ways();
            for (var way : ways.values()) {
                bench.measure(way, requests);
            }
            var costs = new LinkedHashMap<String, List<Cost>>();
            for (var round = 0; round < rounds; round++) {
                for (var way : ways.entrySet()) {
                    costs.computeIfAbsent(way.getKey(), it -> new ArrayList<>()).add(bench.measure(way.getValue(), requests));
                }
            }
            System.out.printf("%d requests a round, %d rounds; microseconds of CPU for each, medians%n", requests, rounds);
            costs.forEach((name, all) -> System.out.printf("%-52s gateway %6.0f  database %6.0f  (both %.0f to %.0f)%n", name,
                    Fanout.median(all, Cost::gateway), Fanout.median(all, Cost::database),
                    all.stream().mapToDouble(Cost::all).min().orElseThrow(), all.stream().mapToDouble(Cost::all).max().orElseThrow()));
        }
        System.exit(0);
    }

    Map<String, Way> ways() throws Exception {
        var bearer = "Bearer " + packaged.token("operator");
        var key = new Signer("SANDBOXKEY1", "sandbox-secret-of-key-1");
        var cookie = login("operator");
        var ways = new LinkedHashMap<String, Way>();
        ways.put("whoami, bearer token", () -> get(WHOAMI, "Authorization", bearer));
        ways.put("whoami, bearer token in X-Auth-Token", () -> get(WHOAMI, "X-Auth-Token", bearer.substring(7)));
        ways.put("whoami, signature", () -> get(WHOAMI, signed(key, "GET", WHOAMI, "")));
        ways.put("whoami, session", () -> get(WHOAMI, "Cookie", cookie));
        ways.put("whoami, bearer token that is refused", () -> refused("Authorization", bearer + "x"));
        ways.put("whoami, signature that is refused", () -> refused(signed(new Signer("SANDBOXKEY1", "another-secret-of-nobody"), "GET", WHOAMI, "")));
        ways.put("dry run of an attach, bearer token", () -> dryRun("Authorization", bearer));
        ways.put("dry run of an attach, signature", () -> dryRun(signed(key, "POST", dryRunPath(), DRY_RUN_BODY)));
        ways.put("a stream opened and left, bearer token", () -> open(STREAM, "Authorization", bearer));
        ways.put("a ticket, and a stream opened with it and left", () -> {
            var body = "{\"path\":\"" + STREAM + "\",\"origin\":\"" + url + "\"}";
            var ticket = new JsonObject(Packaged.HTTP.send(request(STREAM + "/tickets", "Authorization", bearer, "Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).body());
            return open(ticket.getString("url"), "Origin", url);
        });
        return ways;
    }

    static final String SERVER = "00000000-0000-4000-8000-000000000000";
    static final String DRY_RUN_BODY = "{\"volume_id\":\"" + SERVER + "\"}";

    static String dryRunPath() {
        return "/v1/" + Load.PROJECT + "/dev-servers/" + SERVER + "/attachvolume?dry_run=true";
    }

    int dryRun(String... headers) throws Exception {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return status(request(dryRunPath(), all.toArray(String[]::new)).POST(BodyPublishers.ofString(DRY_RUN_BODY)));
    }

    String[] signed(Signer key, String method, String path, String body) {
        return key.sign(method, URI.create(url + path), Map.of(), body.getBytes(), Instant.now()).entrySet().stream()
                .flatMap(each -> List.of(each.getKey(), each.getValue()).stream()).toArray(String[]::new);
    }

    Cost measure(Way way, int requests) throws Exception {
        var gateway = Packaged.cpuSeconds(packaged.gateway.pid());
        var database = databaseSeconds();
        var left = new AtomicInteger(requests);
        Callable<Void> caller = () -> {
            while (left.getAndDecrement() > 0) {
                var status = way.send();
                if (status != 200) {
                    throw new IllegalStateException("answered " + status);
                }
            }
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var done : threads.invokeAll(java.util.Collections.nCopies(AT_ONCE, caller))) {
                done.get();
            }
        }
        Thread.sleep(1_500); // what is recorded and sealed afterwards is part of it
        return new Cost((Packaged.cpuSeconds(packaged.gateway.pid()) - gateway) * 1e6 / requests,
                (databaseSeconds() - database) * 1e6 / requests);
    }

    double databaseSeconds() {
        return ProcessHandle.allProcesses().filter(process -> Packaged.isPostgresIn(folder, process))
                .mapToDouble(process -> Packaged.cpuSeconds(process.pid())).sum();
    }

    /** 200 when it is refused as it should be. */
    int refused(String... headers) throws Exception {
        var status = get(WHOAMI, headers);
        return status == 401 ? 200 : status;
    }

    int get(String path, String... headers) throws Exception {
        return status(request(path, headers).GET());
    }

    static int status(HttpRequest.Builder request) throws Exception {
        return Packaged.HTTP.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    int open(String path, String... headers) throws Exception {
        var stream = Packaged.HTTP.send(request(path, headers).header("Accept", "text/event-stream").build(), BodyHandlers.ofInputStream());
        try (var body = stream.body()) {
            return body.read() < 0 ? -1 : stream.statusCode();
        }
    }

    HttpRequest.Builder request(String address, String... headers) {
        return HttpRequest.newBuilder(URI.create(address.startsWith("/") ? url + address : address)).timeout(Duration.ofSeconds(30)).headers(headers);
    }

    /** The whole login of a browser; the header with the session's cookie. */
    String login(String user) throws Exception {
        var begun = Packaged.HTTP.send(request("/session/login", "Accept", "*/*").build(), BodyHandlers.discarding());
        var issuer = begun.headers().firstValue("Location").orElseThrow();
        var agreed = Packaged.HTTP.send(HttpRequest.newBuilder(URI.create(issuer.substring(0, issuer.indexOf('?'))))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(URI.create(issuer).getRawQuery() + "&user=" + user)).build(), BodyHandlers.discarding());
        var back = agreed.headers().firstValue("Location").orElseThrow();
        var session = Packaged.HTTP.send(request(back, "Cookie", cookies(begun)).build(), BodyHandlers.discarding());
        return cookies(session);
    }

    static String cookies(HttpResponse<?> answer) {
        return String.join("; ", answer.headers().allValues("Set-Cookie").stream().flatMap(each -> HttpCookie.parse(each).stream())
                .filter(each -> each.getMaxAge() != 0).map(each -> each.getName() + "=" + each.getValue()).toList());
    }
}
