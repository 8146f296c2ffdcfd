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

/** What all cells share: one gateway, its practice cloud, and looks behind both. */
final class World {
    private static final Pattern UNSETTLED =
            Pattern.compile("(?m)^attach_gateway_operations_unfinished\\{[^}]*step=\"unsettled\"[^}]*} ([0-9.E]+)$");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final GatewayClient gateway;
    private final SandboxCloud cloud;
    private final Watch watch;
    private final URI metrics;
    private final Looks<List<JsonNode>> ledger;
    private final Looks<List<JsonNode>> writes;
    private final Looks<Double> unsettled;

    World(GatewayClient gateway, SandboxCloud cloud, Watch watch, URI metrics) {
        this.gateway = gateway;
        this.cloud = cloud;
        this.watch = watch;
        this.metrics = metrics;
        this.ledger = new Looks<>(cloud::ledger);
        this.writes = new Looks<>(cloud::writes);
        this.unsettled = new Looks<>(this::readUnsettled);
    }

    GatewayClient gateway() {
        return gateway;
    }

    SandboxCloud cloud() {
        return cloud;
    }

    Watch watch() {
        return watch;
    }

    /** What really happened to a disk. */
    List<JsonNode> effects(Cell.Life life, String disk) {
        return Looks.of(ledger.now(), "type", life.word(), disk);
    }

    /** What arrived at the cloud to change the disk. */
    List<JsonNode> sends(Cell.Life life, String disk) {
        return Looks.of(writes.now(), "call", life.word(), disk);
    }

    /** The gauge that an operator's alert looks at. */
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
