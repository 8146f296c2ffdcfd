package dev.attachgateway.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * A gateway, its practice cloud without faults, a server and a disk that nothing has happened to yet.
 *
 * @param server in the first project of the seed
 * @param disk in the same project
 */
public record AttachFixture(GatewayClient gateway, SandboxCloud cloud, String server, String disk) {
    /** Who asks unless a test says otherwise. */
    public static final String CALLER = "attacher";

    private static final Duration LIMIT = Timeouts.CONDITION;

    /** A new scene in the gateway that runs in this process. */
    public static AttachFixture set() {
        return set(GatewayClient.underTest(), SandboxCloud.underTest());
    }

    /** A new scene. The cloud works fast and well, whatever the scene before made of it. */
    public static AttachFixture set(GatewayClient gateway, SandboxCloud cloud) {
        cloud.faults();
        var calm = new HashMap<String, Object>();
        calm.put("attach_ms", 200);
        calm.put("detach_ms", 200);
        calm.put("evs_lag_ms", 50);
        calm.put("server_lag_ms", 50);
        calm.put("stuck", false);
        calm.put("fail_code", null);
        calm.put("busy", false);
        calm.put("refuse_repeat", false);
        calm.put("limit", null);
        calm.put("signature_ms", 3_000);
        cloud.behaviour(calm);
        return new AttachFixture(gateway, cloud, cloud.newServer(), cloud.newVolume());
    }

    /** The same with another server and disk. */
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

    /** Attached, by the gateway, and seen there by EVS and by the server. */
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

    /** All events of an operation that has ended: what a client missed that has seen none. */
    public List<EventStream.Block> story(String id) {
        String epoch;
        try (var stream = follow(id)) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
        try (var stream = follow(id, "Last-Event-ID", epoch + "-0")) {
            return stream.toEnd();
        }
    }

    /** The operation once it is as wished; fails when that takes too long. */
    public JsonNode awaitOperation(String id, Predicate<JsonNode> wish) {
        return awaitOperation(id, LIMIT, wish);
    }

    private JsonNode awaitOperation(String id, Duration limit, Predicate<JsonNode> wish) {
        return Awaitility.await("operation " + id)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> operation(id), wish);
    }

    public JsonNode awaitStatus(String id, String status) {
        return awaitStatus(id, LIMIT, status);
    }

    /** The same for one of many, whose turn may come late. */
    public JsonNode awaitStatus(String id, Duration limit, String status) {
        return awaitOperation(
                id,
                limit,
                operation -> operation.path("operation_status").asText().equals(status));
    }

    public JsonNode awaitUnsettled(String id) {
        return awaitOperation(id, operation -> operation.path("unsettled").asBoolean());
    }

    /** Waits until EVS shows the disk so. */
    public void awaitDisk(String status) {
        Awaitility.await("disk " + disk + " " + status)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cloud.volume(disk).path("status").asText().equals(status));
    }

    /** How often the cloud was asked to attach this disk. */
    public int sends() {
        return cloud.requests("attach", disk).size();
    }

    /** How often the cloud was asked to take this disk off. */
    public int detachSends() {
        return cloud.requests("detach", disk).size();
    }

    /** How often something really happened to the disk. */
    public int effects() {
        return cloud.effects(disk).size();
    }

    /** How often the disk was really taken off. */
    public int detachEffects() {
        return (int) cloud.effects(disk).stream()
                .filter(effect -> effect.path("type").asText().equals("detach"))
                .count();
    }
}
