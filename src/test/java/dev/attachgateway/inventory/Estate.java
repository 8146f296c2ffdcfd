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

/** Servers, disks, and teams with random grants for them. */
final class Estate {
    static final int SERVERS = 9;
    static final int DISKS = 14;
    static final int TEAMS = 10;

    private static final long SEED = chooseSeed();
    private static final Map<String, List<GrantScope>> GRANTS = grants(new Random(SEED));

    private Estate() {}

    /** The servers and disks of one grant; {@code *} stands for all. */
    record GrantScope(Set<String> servers, Set<String> disks) {
        boolean coversServer(String id) {
            return servers.contains("*") || servers.contains(id);
        }

        boolean coversDisk(String id) {
            return disks.contains("*") || disks.contains(id);
        }
    }

    static String server(int number) {
        return "%08x-5e00-4000-8000-000000000000".formatted(number);
    }

    static String disk(int number) {
        return "%08x-d150-4000-8000-000000000000".formatted(number);
    }

    /** The id of the server in EVS. */
    static String cloudServer(int number) {
        return "%08x-c100-4000-8000-000000000000".formatted(number);
    }

    static String seed() {
        return "-Destate.seed=" + SEED;
    }

    /** The profile and the tests load this class in separate class loaders and need the same seed. */
    private static long chooseSeed() {
        System.setProperty("estate.seed", System.getProperty("estate.seed", Long.toString(System.nanoTime())));
        return Long.getLong("estate.seed", 0);
    }

    private static Map<String, List<GrantScope>> grants(Random random) {
        var teams = new HashMap<String, List<GrantScope>>();
        for (var team = 1; team <= TEAMS; team++) {
            var scopes = new ArrayList<GrantScope>();
            for (var grant = 0; grant <= random.nextInt(2); grant++) {
                scopes.add(new GrantScope(
                        randomPart(random, IntStream.range(0, SERVERS).mapToObj(Estate::server)),
                        randomPart(random, IntStream.range(0, DISKS).mapToObj(Estate::disk))));
            }
            teams.put("team-" + team, scopes);
        }
        return teams;
    }

    /** A random part of the ids, or {@code *}. */
    private static Set<String> randomPart(Random random, Stream<String> ids) {
        var subset = ids.filter(id -> random.nextInt(3) == 0).collect(Collectors.toSet());
        return random.nextInt(3) == 0 || subset.isEmpty() ? Set.of("*") : subset;
    }

    /** The grants file, with additional callers who may read everything, one disk of one server, or nothing. */
    static String grantsFile() {
        var text = new StringBuilder("grants:\n");
        text.append(line("all", "operator", new GrantScope(Set.of("*"), Set.of("*")), "read, attach, detach, operate"));
        text.append(line("one", "viewer", new GrantScope(Set.of(server(0)), Set.of(disk(0))), "read"));
        text.append(line("beside", "viewer", new GrantScope(Set.of(server(1)), Set.of(disk(1))), "attach, detach"));
        text.append(line("none", "stranger", new GrantScope(Set.of("*"), Set.of("*")), "attach, detach"));
        GRANTS.forEach((team, grants) -> grants.forEach(scope -> text.append(line(team, team, scope, "read"))));
        return text.toString();
    }

    private static int grantCount;

    private static String line(String name, String subject, GrantScope scope, String actions) {
        return "  - {name: %s-%d, issuer: sandbox, subjects: [%s], projects: [\"*\"], servers: %s, disks: %s, actions: [%s]}%n"
                .formatted(name, grantCount++, subject, list(scope.servers()), list(scope.disks()), actions);
    }

    private static String list(Set<String> ids) {
        return ids.stream().map(id -> '"' + id + '"').collect(Collectors.joining(", ", "[", "]"));
    }

    static Set<String> teams() {
        return GRANTS.keySet();
    }

    private static List<GrantScope> grantsOf(String team) {
        return GRANTS.getOrDefault(team, List.of());
    }

    static boolean showsServer(String team, String server) {
        return grantsOf(team).stream().anyMatch(grant -> grant.coversServer(server));
    }

    static boolean showsDisk(String team, String disk) {
        return grantsOf(team).stream().anyMatch(grant -> grant.coversDisk(disk));
    }

    static boolean shows(String team, String server, String disk) {
        return grantsOf(team).stream().anyMatch(grant -> grant.coversServer(server) && grant.coversDisk(disk));
    }

    /** Resets the sandbox and creates servers and disks: a third of the disks is free, others are on one or two servers. */
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
            var attachments = number % 3 == 1
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
                    attachments));
        }
        return cloud;
    }

    /** The id of the Lite Server with this id in EVS; any other id is returned unchanged. */
    static String liteServer(JsonNode cloudServer) {
        return cloudServer.asText().replace("-c100-", "-5e00-");
    }
}
