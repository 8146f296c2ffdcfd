package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.SandboxCloud;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Servers, disks and teams whose grants show them in any combination. */
final class Estate {
    static final int SERVERS = 9;
    static final int DISKS = 14;
    static final int TEAMS = 10;

    private static final long SEED = chosen();
    private static final Map<String, List<Shown>> GRANTS = grants(new Random(SEED));

    private Estate() {}

    /** What one grant shows; {@code *} for every one. */
    record Shown(Set<String> servers, Set<String> disks) {
        boolean server(String id) {
            return servers.contains("*") || servers.contains(id);
        }

        boolean disk(String id) {
            return disks.contains("*") || disks.contains(id);
        }
    }

    static String server(int number) {
        return "%08x-5e00-4000-8000-000000000000".formatted(number);
    }

    static String disk(int number) {
        return "%08x-d150-4000-8000-000000000000".formatted(number);
    }

    /** The id under which EVS knows the server. */
    static String cloudServer(int number) {
        return "%08x-c100-4000-8000-000000000000".formatted(number);
    }

    static String seed() {
        return "-Destate.seed=" + SEED;
    }

    /** The profile and the tests load this class each for themselves, and need the same. */
    private static long chosen() {
        System.setProperty("estate.seed", System.getProperty("estate.seed", Long.toString(System.nanoTime())));
        return Long.getLong("estate.seed", 0);
    }

    private static Map<String, List<Shown>> grants(Random random) {
        var teams = new HashMap<String, List<Shown>>();
        for (var team = 1; team <= TEAMS; team++) {
            var shown = new ArrayList<Shown>();
            for (var grant = 0; grant <= random.nextInt(2); grant++) {
                shown.add(new Shown(
                        some(random, IntStream.range(0, SERVERS).mapToObj(Estate::server)),
                        some(random, IntStream.range(0, DISKS).mapToObj(Estate::disk))));
            }
            teams.put("team-" + team, shown);
        }
        return teams;
    }

    /** Some of them, or all there are. */
    private static Set<String> some(Random random, Stream<String> ids) {
        var chosen = ids.filter(id -> random.nextInt(3) == 0).collect(Collectors.toSet());
        return random.nextInt(3) == 0 || chosen.isEmpty() ? Set.of("*") : chosen;
    }

    /** The grants as a file has them, with those of whoever sees all, one disk of one server, or nothing. */
    static String file() {
        var text = new StringBuilder("grants:\n");
        text.append(line("all", "operator", new Shown(Set.of("*"), Set.of("*")), "read, attach, detach, operate"));
        text.append(line("one", "viewer", new Shown(Set.of(server(0)), Set.of(disk(0))), "read"));
        text.append(line("beside", "viewer", new Shown(Set.of(server(1)), Set.of(disk(1))), "attach, detach"));
        text.append(line("none", "stranger", new Shown(Set.of("*"), Set.of("*")), "attach, detach"));
        GRANTS.forEach((team, grants) -> grants.forEach(shown -> text.append(line(team, team, shown, "read"))));
        return text.toString();
    }

    private static int lines;

    private static String line(String name, String subject, Shown shown, String actions) {
        return "  - {name: %s-%d, issuer: sandbox, subjects: [%s], projects: [\"*\"], servers: %s, disks: %s, actions: [%s]}%n"
                .formatted(name, lines++, subject, list(shown.servers()), list(shown.disks()), actions);
    }

    private static String list(Set<String> ids) {
        return ids.stream().map(id -> '"' + id + '"').collect(Collectors.joining(", ", "[", "]"));
    }

    static Set<String> teams() {
        return GRANTS.keySet();
    }

    private static List<Shown> of(String team) {
        return GRANTS.getOrDefault(team, List.of());
    }

    static boolean showsServer(String team, String server) {
        return of(team).stream().anyMatch(grant -> grant.server(server));
    }

    static boolean showsDisk(String team, String disk) {
        return of(team).stream().anyMatch(grant -> grant.disk(disk));
    }

    static boolean shows(String team, String server, String disk) {
        return of(team).stream().anyMatch(grant -> grant.server(server) && grant.disk(disk));
    }

    /** Builds it anew: the first disks are free, each of the others is on a server or on two. */
    static SandboxCloud build() {
        var cloud = SandboxCloud.underTest();
        cloud.reset();
        for (var number = 0; number < SERVERS; number++) {
            cloud.newServer(Map.of(
                    "id",
                    server(number),
                    "name",
                    "estate",
                    "create_at",
                    1_700_000_000_000L + (number * 7L % SERVERS) * 1_000,
                    "cloud_server",
                    Map.of("id", cloudServer(number))));
        }
        var random = new Random(SEED);
        for (var number = 0; number < DISKS; number++) {
            var holders = number % 3 == 1
                    ? List.of()
                    : Stream.generate(() -> cloudServer(random.nextInt(SERVERS)))
                            .distinct()
                            .limit(number % 3 == 0 ? 1 : 2)
                            .map(server -> Map.of("server_id", server))
                            .toList();
            cloud.newVolume(Map.of(
                    "id",
                    disk(number),
                    "name",
                    "estate",
                    "multiattach",
                    number % 3 == 2,
                    "size",
                    10 + number * 5 % DISKS,
                    "attachments",
                    holders));
        }
        return cloud;
    }

    /** The Lite Server that EVS knows by this id; the id itself for one that is none of these. */
    static String liteServer(JsonNode cloudServer) {
        return cloudServer.asText().replace("-c100-", "-5e00-");
    }
}
