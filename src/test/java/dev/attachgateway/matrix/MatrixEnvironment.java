package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.SandboxCloud;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

/** Shared by all cells: one gateway, its sandbox, and reads of the state of both. */
final class MatrixEnvironment {
    private static final Pattern UNSETTLED =
            Pattern.compile("(?m)^attach_gateway_operations_unfinished\\{[^}]*step=\"unsettled\"[^}]*} ([0-9.E]+)$");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final GatewayClient gateway;
    private final SandboxCloud cloud;
    private final OperationReader operationReader;
    private final URI metrics;
    private final CoalescedReader<List<JsonNode>> ledger;
    private final CoalescedReader<List<JsonNode>> writes;
    private final CoalescedReader<Double> unsettled;

    MatrixEnvironment(GatewayClient gateway, SandboxCloud cloud, OperationReader operationReader, URI metrics) {
        this.gateway = gateway;
        this.cloud = cloud;
        this.operationReader = operationReader;
        this.metrics = metrics;
        this.ledger = new CoalescedReader<>(cloud::ledger);
        this.writes = new CoalescedReader<>(cloud::writes);
        this.unsettled = new CoalescedReader<>(this::readUnsettled);
    }

    GatewayClient gateway() {
        return gateway;
    }

    SandboxCloud cloud() {
        return cloud;
    }

    OperationReader operationReader() {
        return operationReader;
    }

    /** Returns the effects on a disk. */
    List<JsonNode> effects(MatrixCell.Action action, String disk) {
        return CoalescedReader.of(ledger.now(), "type", action.callName(), disk);
    }

    /** Returns the write requests for the disk that reached the cloud. */
    List<JsonNode> sends(MatrixCell.Action action, String disk) {
        return CoalescedReader.of(writes.now(), "call", action.callName(), disk);
    }

    /** Returns the gauge that the operator's alert evaluates. */
    double unsettledGauge() {
        return unsettled.now();
    }

    private double readUnsettled() {
        try {
            var text = HTTP.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
            var found = UNSETTLED.matcher(text);
            return found.find() ? Double.parseDouble(found.group(1)) : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
