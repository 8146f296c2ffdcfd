package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.attachgateway.testkit.Follower;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.ReceivedEvent;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One operation that is on its way to its point. */
final class Life {
    private static final String CALLER = "team-1";

    private final Point point;
    private final SandboxCloud cloud;
    private final JsonNode made;
    private final String server;
    private final String disk;
    private final String other;
    private @Nullable Follower follower;

    Life(Point point, SandboxCloud cloud) {
        this.point = point;
        this.cloud = cloud;
        this.made = cloud.serverIn(point.project());
        this.server = made.path("id").asText();
        this.disk = newDisk();
        this.other = point.isQueued() ? cloud.volumeIn(point.project()) : "";
    }

    private String newDisk() {
        return point.life().equals("attach") ? cloud.volumeIn(point.project()) : cloud.volumeIn(point.project(), made);
    }

    Point point() {
        return point;
    }

    String disk() {
        return disk;
    }

    /** What leads to the point, and what keeps the server busy for one that is to wait in line. */
    Stream<Fault> faults() {
        var running = JsonNodeFactory.instance.objectNode().put("operation_status", "running");
        var busy = point.isQueued()
                ? Stream.of(Fault.status("operation", 200).body(running).disk(other))
                : Stream.<Fault>empty();
        return Stream.concat(point.faults(disk), busy);
    }

    /** Keeps the server busy where the operation is to wait in line. */
    void prepare(GatewayClient gateway) {
        if (point.isQueued()) {
            var answer = gateway.attach(CALLER, point.project(), server, other, "Prefer", "wait=30");
            assertThat(answer.status()).as("%s: %s", point, answer.body()).isEqualTo(200);
        }
    }

    /** Asks for it; nobody may be left to answer. */
    void begin(GatewayClient gateway) {
        Thread.ofVirtual().start(() -> {
            try {
                ask(gateway);
            } catch (AssertionError e) {
                if (e.getCause() == null) {
                    throw e;
                }
            }
        });
    }

    private void ask(GatewayClient gateway) {
        if (point.life().equals("attach")) {
            gateway.attach(CALLER, point.project(), server, disk, "Prefer", "respond-async");
        } else {
            gateway.detach(CALLER, point.project(), server, disk, "Prefer", "respond-async");
        }
    }

    /** Whether the call that is to be cut off has come as far as it should. */
    boolean isReached(List<JsonNode> requests, List<JsonNode> ledger) {
        var arrived = requests.stream()
                .filter(request -> request.path("call").asText().equals(point.call()))
                .filter(request -> request.path("volume_id").asText().equals(disk))
                .filter(request -> request.path("status").isNull())
                .findAny();
        var done = ledger.stream().anyMatch(this::isMine);
        return arrived.isPresent() && (point.edge() != Point.Edge.CALL_DONE || done);
    }

    private boolean isMine(JsonNode line) {
        return line.path("volume_id").asText().equals(disk);
    }

    /** Reads its stream at another replica from now on, if there is one. */
    void follow(GatewayClient gateway, Connection database) throws SQLException {
        var operation = operation(database);
        if (operation.isPresent()) {
            follower = Follower.of(gateway, CALLER, point.project(), server, operation.get());
        }
    }

    Optional<String> operation(Connection database) throws SQLException {
        try (var query = database.prepareStatement(
                "select operation_id::text from operation where volume_id = ? order by created_at limit 1")) {
            query.setObject(1, UUID.fromString(disk));
            try (var rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** How it stands, with the word of a point at which nothing was recorded for what is not there. */
    String status(Connection database) throws SQLException {
        try (var query = database.prepareStatement("select status from operation where volume_id = ?")) {
            query.setObject(1, UUID.fromString(disk));
            try (var rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    /** Everything that is known of it and of what shares its server, for whoever wonders why it does not end. */
    String standing(Connection database) throws SQLException {
        try (var query = database.prepareStatement(
                "select string_agg(row_to_json(o)::text || ', it is ' || now(), '; ') from operation o where server_id = ?")) {
            query.setObject(1, UUID.fromString(server));
            try (var rows = query.executeQuery()) {
                rows.next();
                return String.valueOf(rows.getString(1));
            }
        }
    }

    int sends(List<JsonNode> requests) {
        return (int) requests.stream()
                .filter(request -> request.path("call").asText().equals(point.life()) && isMine(request))
                .count();
    }

    int effects(List<JsonNode> ledger) {
        return (int) ledger.stream()
                .filter(effect -> effect.path("type").asText().equals(point.life()) && isMine(effect))
                .count();
    }

    /** Whoever followed it was told what was written, all of it and nothing else. */
    void assertTold(Connection database) throws SQLException {
        if (follower != null) {
            follower.toEnd();
            follower.assertToldAll(
                    ReceivedEvent.written(database, operation(database).orElseThrow()));
            follower.close();
        }
    }
}
