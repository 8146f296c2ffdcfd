package dev.attachgateway.sequence;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Runs one sequence on servers and disks of its own. */
final class SequenceRun {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OPERATOR = "operator";

    /** Codes of a 503 that report the end of an operation and not an unavailable gateway. */
    private static final Set<String> OPERATION_FAILURES = Set.of("Gateway.NotSent", "Gateway.CloudNotReadable");

    private final GatewayClient gateway;
    private final SandboxCloud cloud;
    private final Sequence sequence;
    private final List<String> servers;
    private final List<String> disks;
    private final List<String> violations = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();

    /** The first request of each operation, by operation id. */
    private final Map<String, Step.Request> requestsByOperation = new LinkedHashMap<>();

    /** The error code that a response has reported for an operation, by operation id. */
    private final Map<String, String> reportedCodes = new LinkedHashMap<>();

    SequenceRun(GatewayClient gateway, SandboxCloud cloud, Sequence sequence) {
        this.gateway = gateway;
        this.cloud = cloud;
        this.sequence = sequence;
        this.servers = cloud.newServers(Sequence.SERVERS);
        this.disks = cloud.newVolumes(Sequence.DISKS);
    }

    Stream<Fault> faults() {
        return sequence.faults().stream().map(fault -> fault.fault(disks.get(fault.disk())));
    }

    /** Runs all steps, waits until all operations have ended, and returns the violations. */
    List<String> run() {
        try {
            sequence.steps().forEach(this::step);
            compare();
        } catch (RuntimeException | AssertionError e) {
            violations.add(String.valueOf(e));
        }
        return violations;
    }

    private void step(Step step) {
        switch (step) {
            case Step.Request request -> send(request);
            case Step.Cancel cancel -> last(cancel.disk()).forEach(this::cancel);
            case Step.Release release -> last(release.disk()).forEach(this::release);
            case Step.Pause pause ->
                Awaitility.await()
                        .atMost(Timeouts.CONDITION)
                        .pollDelay(pause.duration())
                        .until(() -> true);
        }
    }

    private void send(Step.Request request) {
        var caller = Sequence.CALLERS.get(request.caller());
        var server = servers.get(request.server());
        var disk = disks.get(request.disk());
        // A request without a response is repeated with the same key and joins the same operation.
        var headers = new String[] {
            "Prefer",
            request.waitsForResult() ? "wait=1" : "respond-async",
            "Idempotency-Key",
            '"' + UUID.randomUUID().toString() + '"'
        };
        var response = responseOf(() -> switch (request.type()) {
            case ATTACH -> gateway.attach(caller, GatewayClient.P1, server, disk, headers);
            case DETACH -> gateway.detach(caller, GatewayClient.P1, server, disk, headers);
        });
        var id = response.operationId();
        var holderId = response.text("held_by_operation_id");
        if (!holderId.isEmpty()
                && (!requestsByOperation.containsKey(holderId)
                        || requestsByOperation.get(holderId).disk() != request.disk())) {
            violations.add("rejected because of an unknown operation: " + response.body());
        }
        if (!id.isEmpty()) {
            var earlier = requestsByOperation.putIfAbsent(id, request);
            if (earlier != null && !isSame(earlier, request)) {
                violations.add("one operation for two requests: " + earlier + " and " + request);
            }
            if (response.status() >= 400) {
                reportedCodes.put(id, response.code());
            }
        } else if (response.status() != 409) {
            violations.add("a response without an operation: " + response.status() + " " + response.body());
        }
    }

    private static boolean isSame(Step.Request one, Step.Request other) {
        return one.type() == other.type()
                && one.server() == other.server()
                && one.disk() == other.disk()
                && one.caller() == other.caller();
    }

    private Stream<Map.Entry<String, Step.Request>> last(int disk) {
        return requestsByOperation.entrySet().stream()
                .filter(entry -> entry.getValue().disk() == disk)
                .reduce((earlier, later) -> later)
                .stream();
    }

    private void cancel(Map.Entry<String, Step.Request> last) {
        intervene(last, Sequence.CALLERS.get(last.getValue().caller()), "/cancel", "", "Gateway.Cancelled");
    }

    private void release(Map.Entry<String, Step.Request> last) {
        intervene(last, OPERATOR, "/release", "{\"reason\":\"a sequence\"}", "Gateway.Released");
    }

    private void intervene(
            Map.Entry<String, Step.Request> last, String caller, String action, String body, String expectedCode) {
        var id = last.getKey();
        var path = GatewayClient.operationPath(
                        GatewayClient.P1, servers.get(last.getValue().server()), id)
                + action;
        // An operator repeats a release until the request can no longer be in flight.
        var response = Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .pollDelay(Duration.ZERO)
                .until(
                        () -> responseOf(() -> gateway.send("POST", path, body, gateway.withToken(caller))),
                        result -> !result.code().equals("Gateway.StillSending"));
        if (response.status() == 200) {
            reportedCodes.put(id, expectedCode);
        } else if (response.status() != 409) {
            violations.add(action + " was answered with status " + response.status() + " " + response.body());
        }
    }

    /**
     * Repeats a request while the gateway restarts: it refuses connections, and then responds with 503 for a moment.
     */
    private static HttpAnswer responseOf(Supplier<HttpAnswer> request) {
        return Awaitility.await("a response")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> tryOnce(request), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<HttpAnswer> tryOnce(Supplier<HttpAnswer> request) {
        try {
            return Optional.of(request.get())
                    .filter(response -> response.status() != 503 || OPERATION_FAILURES.contains(response.code()));
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains(GatewayClient.NO_RESPONSE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private EndedOperation awaitEnd(String id, Step.Request request) {
        try {
            return Awaitility.await()
                    .atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> read(id, request), operation -> operation.isSuccess() || operation.isFailed());
        } catch (ConditionTimeoutException e) {
            var unfinished = read(id, request);
            violations.add("not ended: " + unfinished.json());
            return unfinished;
        }
    }

    private EndedOperation read(String id, Step.Request request) {
        var caller = Sequence.CALLERS.get(request.caller());
        var server = servers.get(request.server());
        return new EndedOperation(responseOf(() -> gateway.operation(caller, GatewayClient.P1, server, id))
                .json());
    }

    /** Returns the results of the operations. */
    Stream<String> ends() {
        return ends.stream();
    }

    private void compare() {
        var ended = new LinkedHashMap<String, EndedOperation>();
        requestsByOperation.forEach((id, request) -> ended.put(id, awaitEnd(id, request)));
        ended.values().forEach(operation -> ends.add(operation.isSuccess() ? "success" : operation.code()));
        reportedCodes.forEach((id, code) -> {
            var operation = Objects.requireNonNull(ended.get(id));
            if (!operation.code().equals(code)) {
                violations.add("reported " + code + " of " + operation);
            }
        });
        for (var disk : disks) {
            var own = ended.values().stream()
                    .filter(operation ->
                            operation.json().path("volume_id").asText().equals(disk))
                    .sorted(Comparator.comparing(EndedOperation::begun))
                    .toList();
            var holder = new DiskModel(violations::add).replay(own, cloud.effects(disk));
            compare(disk, holder == null ? List.of() : List.of(holder));
        }
    }

    /** Compares with the servers and attachments that the cloud shows, after its lag. */
    private void compare(String disk, List<String> holders) {
        try {
            Awaitility.await().atMost(Timeouts.CONDITION).until(() -> {
                var actual = servers.stream()
                        .filter(server ->
                                cloud.server(server).path("volumes").toString().contains(disk))
                        .toList();
                return actual.equals(holders)
                        && cloud.volume(disk).path("attachments").size() == holders.size();
            });
        } catch (ConditionTimeoutException e) {
            violations.add("disk " + disk + " should be on " + holders + " and is shown as " + cloud.volume(disk));
        }
    }
}
