package dev.attachgateway.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A gateway, its sandbox without faults, and a new server and disk.
 *
 * @param server in the first project of the seed
 * @param disk in the same project
 */
public record AttachFixture(GatewayClient gateway, SandboxCloud cloud, String server, String disk) {
    /** The client that sends requests unless a test names another one. */
    public static final String CALLER = "attacher";

    private static final Duration LIMIT = Timeouts.CONDITION;

    /** A new fixture for the gateway that runs in this process. */
    public static AttachFixture set() {
        return set(GatewayClient.underTest(), SandboxCloud.underTest());
    }

    /** A new fixture; resets the sandbox's faults and makes its behaviour fast. */
    public static AttachFixture set(GatewayClient gateway, SandboxCloud cloud) {
        cloud.faults();
        var behaviour = new HashMap<String, Object>();
        behaviour.put("attach_ms", 200);
        behaviour.put("detach_ms", 200);
        behaviour.put("evs_lag_ms", 50);
        behaviour.put("server_lag_ms", 50);
        behaviour.put("stuck", false);
        behaviour.put("fail_code", null);
        behaviour.put("busy", false);
        behaviour.put("refuse_repeat", false);
        behaviour.put("limit", null);
        behaviour.put("signature_ms", 3_000);
        cloud.behaviour(behaviour);
        return new AttachFixture(gateway, cloud, cloud.newServer(), cloud.newVolume());
    }

    /** A copy with another server and disk. */
    public AttachFixture with(String otherServer, String otherDisk) {
        return new AttachFixture(gateway, cloud, otherServer, otherDisk);
    }

    public HttpAnswer attach(String... headers) {
        return gateway.attach(CALLER, GatewayClient.P1, server, disk, headers);
    }

    public HttpAnswer attachAs(String client, String... headers) {
        return gateway.attach(client, GatewayClient.P1, server, disk, headers);
    }

    public HttpAnswer detach(String... headers) {
        return gateway.detach(CALLER, GatewayClient.P1, server, disk, headers);
    }

    public HttpAnswer detachAs(String client, String... headers) {
        return gateway.detach(client, GatewayClient.P1, server, disk, headers);
    }

    /** Attaches the disk through the gateway and waits until EVS and the server show it. */
    public void attached() {
        awaitStatus(attach().operationId(), "success");
        awaitDisk("in-use");
        Awaitility.await("server lists the disk")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cloud.server(server).toString().contains(disk));
    }

    public JsonNode operation(String id) {
        return gateway.operation(CALLER, GatewayClient.P1, server, id).json();
    }

    public EventStream follow(String id, String... headers) {
        return gateway.follow(CALLER, GatewayClient.P1, server, id, headers);
    }

    /** All events of an operation that has ended, replayed from the start of its history. */
    public List<EventStream.Block> story(String id) {
        String epoch;
        try (var stream = follow(id)) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
        try (var stream = follow(id, "Last-Event-ID", epoch + "-0")) {
            return stream.toEnd();
        }
    }

    /** The operation once the condition holds; fails after a timeout. */
    public JsonNode awaitOperation(String id, Predicate<JsonNode> condition) {
        return awaitOperation(id, LIMIT, condition);
    }

    private JsonNode awaitOperation(String id, Duration limit, Predicate<JsonNode> condition) {
        return Awaitility.await("operation " + id)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation(id), condition);
    }

    public JsonNode awaitStatus(String id, String status) {
        return awaitStatus(id, LIMIT, status);
    }

    /** The operation once it has the status; the limit allows for a wait in the queue. */
    public JsonNode awaitStatus(String id, Duration limit, String status) {
        return awaitOperation(
                id,
                limit,
                operation -> operation.path("operation_status").asText().equals(status));
    }

    public JsonNode awaitUnsettled(String id) {
        return awaitOperation(id, operation -> operation.path("unsettled").asBoolean());
    }

    /** Waits until EVS shows the disk with the status. */
    public void awaitDisk(String status) {
        Awaitility.await("disk " + disk + " " + status)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cloud.volume(disk).path("status").asText().equals(status));
    }

    /** The number of attach requests for this disk that reached the cloud. */
    public int sends() {
        return cloud.requests("attach", disk).size();
    }

    /** The number of detach requests for this disk that reached the cloud. */
    public int detachSends() {
        return cloud.requests("detach", disk).size();
    }

    /** The number of entries for this disk in the sandbox's ledger. */
    public int effects() {
        return cloud.effects(disk).size();
    }

    /** The number of detaches of this disk in the sandbox's ledger. */
    public int detachEffects() {
        return (int) cloud.effects(disk).stream()
                .filter(effect -> effect.path("type").asText().equals("detach"))
                .count();
    }
}
