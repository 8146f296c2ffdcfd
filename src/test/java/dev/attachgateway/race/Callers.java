package dev.attachgateway.race;

import dev.attachgateway.history.Attempt;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import java.net.ConnectException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Random attach and detach requests of callers to random replicas. */
public final class Callers {
    private final List<GatewayClient> gateways;
    private final List<String> servers;
    private final List<String> disks;

    /** Server of each disk as far as the callers know; often outdated. */
    private final Map<String, String> lastKnownServers = new ConcurrentHashMap<>();

    /** Creates callers of these replicas, servers and disks. */
    public Callers(List<GatewayClient> gateways, List<String> servers, List<String> disks) {
        this.gateways = gateways;
        this.servers = servers;
        this.disks = disks;
    }

    /** Fetches tokens and issuer documents in advance, so that no caller waits for them later. */
    public void prepare(int callers) {
        for (var gateway : gateways) {
            gateway.get("/v1/" + GatewayClient.P1 + "/nothing", gateway.withToken(name(0)));
            IntStream.range(0, callers).forEach(caller -> gateway.token(name(caller)));
        }
    }

    private static String name(int caller) {
        return "team-" + (caller % 99 + 1);
    }

    /** Sends one request; two of three are valid as far as the caller knows. */
    public Attempt attempt(int number, int caller, Random random) {
        var disk = pick(disks, random);
        var knownServer = Optional.ofNullable(lastKnownServers.get(disk));
        var valid = random.nextInt(3) > 0;
        var attach = valid ? knownServer.isEmpty() : random.nextBoolean();
        var server = !attach && valid ? knownServer.orElseThrow() : pick(servers, random);
        var preference = pick(List.of("respond-async", "wait=1", "wait=5"), random);
        var begun = Instant.now();
        var response = send(gateways, attach, name(caller), server, disk, preference, random);
        var ended = Instant.now();
        response.filter(r -> r.status() < 300).ifPresent(r -> {
            if (attach) {
                lastKnownServers.put(disk, server);
            } else {
                lastKnownServers.remove(disk);
            }
        });
        return new Attempt(
                number,
                begun,
                ended,
                name(caller),
                attach ? "attach" : "detach",
                server,
                disk,
                response.map(HttpAnswer::status).orElse(0),
                response.map(r -> r.text("operation_id")).orElse(""),
                response.map(r -> r.text("operation_status")).orElse(""),
                response.map(r -> r.text("error_code")).orElse(""),
                response.map(r -> r.text("held_by_operation_id")).orElse(""));
    }

    /** Sends the request to a random replica; tries others while the connection is refused. */
    private static Optional<HttpAnswer> send(
            List<GatewayClient> gateways,
            boolean attach,
            String client,
            String server,
            String disk,
            String preference,
            Random random) {
        for (var tryNumber = 0; tryNumber < 100; tryNumber++) {
            var gateway = pick(gateways, random);
            try {
                return Optional.of(
                        attach
                                ? gateway.attach(client, GatewayClient.P1, server, disk, "Prefer", preference)
                                : gateway.detach(client, GatewayClient.P1, server, disk, "Prefer", preference));
            } catch (AssertionError e) {
                var causes = Stream.iterate(e.getCause(), Objects::nonNull, Throwable::getCause)
                        .toList();
                if (causes.isEmpty()) {
                    throw e; // a response that the OpenAPI document does not allow
                }
                if (causes.stream().noneMatch(ConnectException.class::isInstance)) {
                    return Optional.empty(); // connected, and killed before the response
                }
            }
        }
        return Optional.empty();
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
