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

/** What callers ask for, and by which replica. */
public final class Callers {
    private final List<GatewayClient> doors;
    private final List<String> servers;
    private final List<String> disks;

    /** Where callers believe the disks to be; often wrong. */
    private final Map<String, String> whereabouts = new ConcurrentHashMap<>();

    /** Callers who know no more than this. */
    public Callers(List<GatewayClient> doors, List<String> servers, List<String> disks) {
        this.doors = doors;
        this.servers = servers;
        this.disks = disks;
    }

    /** Tokens and documents first, so that no caller waits for them later. */
    public void prepare(int callers) {
        for (var door : doors) {
            door.get("/v1/" + GatewayClient.P1 + "/nothing", door.withToken(name(0)));
            IntStream.range(0, callers).forEach(caller -> door.token(name(caller)));
        }
    }

    private static String name(int caller) {
        return "team-" + (caller % 99 + 1);
    }

    /** One request: two of three make sense as far as the caller can know. */
    public Attempt attempt(int number, int caller, Random random) {
        var disk = any(disks, random);
        var believed = Optional.ofNullable(whereabouts.get(disk));
        var sensible = random.nextInt(3) > 0;
        var attach = sensible ? believed.isEmpty() : random.nextBoolean();
        var server = !attach && sensible ? believed.orElseThrow() : any(servers, random);
        var wish = any(List.of("respond-async", "wait=1", "wait=5"), random);
        var begun = Instant.now();
        var answer = ask(doors, attach, name(caller), server, disk, wish, random);
        var ended = Instant.now();
        answer.filter(it -> it.status() < 300).ifPresent(it -> {
            if (attach) {
                whereabouts.put(disk, server);
            } else {
                whereabouts.remove(disk);
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
                answer.map(HttpAnswer::status).orElse(0),
                answer.map(it -> it.text("operation_id")).orElse(""),
                answer.map(it -> it.text("operation_status")).orElse(""),
                answer.map(it -> it.text("error_code")).orElse(""),
                answer.map(it -> it.text("held_by_operation_id")).orElse(""));
    }

    /** By any replica that listens. */
    private static Optional<HttpAnswer> ask(
            List<GatewayClient> doors,
            boolean attach,
            String client,
            String server,
            String disk,
            String wish,
            Random random) {
        for (var tries = 0; tries < 100; tries++) {
            var door = any(doors, random);
            try {
                return Optional.of(
                        attach
                                ? door.attach(client, GatewayClient.P1, server, disk, "Prefer", wish)
                                : door.detach(client, GatewayClient.P1, server, disk, "Prefer", wish));
            } catch (AssertionError e) {
                var causes = Stream.iterate(e.getCause(), Objects::nonNull, Throwable::getCause)
                        .toList();
                if (causes.isEmpty()) {
                    throw e; // an answer, and not one that the API's document allows
                }
                if (causes.stream().noneMatch(ConnectException.class::isInstance)) {
                    return Optional.empty(); // it was there, and died
                }
            }
        }
        return Optional.empty();
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
