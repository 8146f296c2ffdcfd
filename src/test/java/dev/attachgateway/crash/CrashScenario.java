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

/** One operation that is brought to its crash point. */
final class CrashScenario {
    private static final String CALLER = "team-1";

    private final CrashPoint point;
    private final SandboxCloud cloud;
    private final JsonNode serverJson;
    private final String server;
    private final String disk;
    private final String otherDisk;
    private @Nullable Follower follower;

    CrashScenario(CrashPoint point, SandboxCloud cloud) {
        this.point = point;
        this.cloud = cloud;
        this.serverJson = cloud.serverIn(point.project());
        this.server = serverJson.path("id").asText();
        this.disk = newDisk();
        this.otherDisk = point.isQueued() ? cloud.volumeIn(point.project()) : "";
    }

    private String newDisk() {
        return point.operationType().equals("attach")
                ? cloud.volumeIn(point.project())
                : cloud.volumeIn(point.project(), serverJson);
    }

    CrashPoint point() {
        return point;
    }

    String disk() {
        return disk;
    }

    /** Returns the faults that lead to the point, and those that keep the server busy for a queued operation. */
    Stream<Fault> faults() {
        var running = JsonNodeFactory.instance
                .objectNode()
                .put("operation_id", "{operation}")
                .put("operation_status", "running");
        var busy = point.isQueued()
                ? Stream.of(Fault.status("operation", 200).body(running).disk(otherDisk))
                : Stream.<Fault>empty();
        return Stream.concat(point.faults(disk), busy);
    }

    /** Keeps the server busy when the operation is to be queued. */
    void prepare(GatewayClient gateway) {
        if (point.isQueued()) {
            var response = gateway.attach(CALLER, point.project(), server, otherDisk, "Prefer", "wait=30");
            assertThat(response.status()).as("%s: %s", point, response.body()).isEqualTo(200);
        }
    }

    /** Sends the request; the replica may be killed before it responds. */
    void begin(GatewayClient gateway) {
        Thread.ofVirtual().start(() -> {
            try {
                send(gateway);
            } catch (AssertionError e) {
                if (e.getCause() == null) {
                    throw e;
                }
            }
        });
    }

    private void send(GatewayClient gateway) {
        if (point.operationType().equals("attach")) {
            gateway.attach(CALLER, point.project(), server, disk, "Prefer", "respond-async");
        } else {
            gateway.detach(CALLER, point.project(), server, disk, "Prefer", "respond-async");
        }
    }

    /** Whether the interrupted call has reached its point. */
    boolean isReached(List<JsonNode> requests, List<JsonNode> ledger) {
        var arrived = requests.stream()
                .filter(request -> request.path("call").asText().equals(point.call()))
                .filter(request -> request.path("volume_id").asText().equals(disk))
                .filter(request -> request.path("status").isNull())
                .findAny();
        var executed = ledger.stream().anyMatch(this::isOfDisk);
        return arrived.isPresent() && (point.edge() != CrashPoint.Edge.CALL_EXECUTED || executed);
    }

    private boolean isOfDisk(JsonNode line) {
        return line.path("volume_id").asText().equals(disk);
    }

    /** Reads the stream of the operation, if there is one, from another replica from now on. */
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

    /** Returns the status of the operation; empty when it is not recorded. */
    String status(Connection database) throws SQLException {
        try (var query = database.prepareStatement("select status from operation where volume_id = ?")) {
            query.setObject(1, UUID.fromString(disk));
            try (var rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    /** Returns the rows of all operations on the server, for failure messages. */
    String describe(Connection database) throws SQLException {
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
                .filter(request -> request.path("call").asText().equals(point.operationType()) && isOfDisk(request))
                .count();
    }

    int effects(List<JsonNode> ledger) {
        return (int) ledger.stream()
                .filter(effect -> effect.path("type").asText().equals(point.operationType()) && isOfDisk(effect))
                .count();
    }

    /** Asserts that the follower has received exactly the written events. */
    void assertReceivedAllEvents(Connection database) throws SQLException {
        if (follower != null) {
            follower.toEnd();
            follower.assertToldAll(
                    ReceivedEvent.written(database, operation(database).orElseThrow()));
            follower.close();
        }
    }
}
