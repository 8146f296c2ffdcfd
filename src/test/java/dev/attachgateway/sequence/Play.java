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

/** One sequence, played on servers and disks of its own. */
final class Play {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OPERATOR = "operator";

    /** What is said with 503 of an operation that has ended, and not of a gateway that cannot. */
    private static final Set<String> OF_OPERATION = Set.of("Gateway.NotSent", "Gateway.CloudNotReadable");

    private final GatewayClient gateway;
    private final SandboxCloud cloud;
    private final Sequence sequence;
    private final List<String> servers;
    private final List<String> disks;
    private final List<String> wrong = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();

    /** Operations by their ids, with who asked for what. */
    private final Map<String, Step.Ask> begun = new LinkedHashMap<>();

    /** What somebody was told that an operation has ended with. */
    private final Map<String, String> promised = new LinkedHashMap<>();

    Play(GatewayClient gateway, SandboxCloud cloud, Sequence sequence) {
        this.gateway = gateway;
        this.cloud = cloud;
        this.sequence = sequence;
        this.servers = cloud.newServers(Sequence.SERVERS);
        this.disks = cloud.newVolumes(Sequence.DISKS);
    }

    Stream<Fault> faults() {
        return sequence.troubles().stream().map(trouble -> trouble.fault(disks.get(trouble.disk())));
    }

    /** Does everything, waits until all has ended, and says what does not agree. */
    List<String> run() {
        try {
            sequence.steps().forEach(this::step);
            compare();
        } catch (RuntimeException | AssertionError e) {
            wrong.add(String.valueOf(e));
        }
        return wrong;
    }

    private void step(Step step) {
        switch (step) {
            case Step.Ask ask -> ask(ask);
            case Step.Cancel cancel -> last(cancel.disk()).forEach(this::cancel);
            case Step.Release release -> last(release.disk()).forEach(this::release);
            case Step.Rest rest ->
                Awaitility.await()
                        .atMost(Timeouts.CONDITION)
                        .pollDelay(rest.span())
                        .until(() -> true);
        }
    }

    private void ask(Step.Ask ask) {
        var caller = Sequence.CALLERS.get(ask.caller());
        var server = servers.get(ask.server());
        var disk = disks.get(ask.disk());
        // Whoever got no answer asks again under the same key, and hears of the same operation.
        var headers = new String[] {
            "Prefer",
            ask.waits() ? "wait=1" : "respond-async",
            "Idempotency-Key",
            '"' + UUID.randomUUID().toString() + '"'
        };
        var answer = answered(() -> switch (ask.type()) {
            case ATTACH -> gateway.attach(caller, GatewayClient.P1, server, disk, headers);
            case DETACH -> gateway.detach(caller, GatewayClient.P1, server, disk, headers);
        });
        var id = answer.operationId();
        var held = answer.text("held_by_operation_id");
        if (!held.isEmpty() && (!begun.containsKey(held) || begun.get(held).disk() != ask.disk())) {
            wrong.add("refused for the sake of an operation that nobody knows: " + answer.body());
        }
        if (!id.isEmpty()) {
            var earlier = begun.putIfAbsent(id, ask);
            if (earlier != null && !isSame(earlier, ask)) {
                wrong.add("one operation for two requests: " + earlier + " and " + ask);
            }
            if (answer.status() >= 400) {
                promised.put(id, answer.code());
            }
        } else if (answer.status() != 409) {
            wrong.add("an answer without an operation: " + answer.status() + " " + answer.body());
        }
    }

    private static boolean isSame(Step.Ask one, Step.Ask other) {
        return one.type() == other.type()
                && one.server() == other.server()
                && one.disk() == other.disk()
                && one.caller() == other.caller();
    }

    private Stream<Map.Entry<String, Step.Ask>> last(int disk) {
        return begun.entrySet().stream()
                .filter(entry -> entry.getValue().disk() == disk)
                .reduce((earlier, later) -> later)
                .stream();
    }

    private void cancel(Map.Entry<String, Step.Ask> last) {
        byHand(last, Sequence.CALLERS.get(last.getValue().caller()), "/cancel", "", "Gateway.Cancelled");
    }

    private void release(Map.Entry<String, Step.Ask> last) {
        byHand(last, OPERATOR, "/release", "{\"reason\":\"a sequence\"}", "Gateway.Released");
    }

    private void byHand(Map.Entry<String, Step.Ask> last, String who, String what, String body, String code) {
        var id = last.getKey();
        var path = GatewayClient.operationPath(
                        GatewayClient.P1, servers.get(last.getValue().server()), id)
                + what;
        // Released is what an operator still wants released when its request can no longer be on its way.
        var answer = Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .pollDelay(Duration.ZERO)
                .until(
                        () -> answered(() -> gateway.send("POST", path, body, gateway.withToken(who))),
                        told -> !told.code().equals("Gateway.StillSending"));
        if (answer.status() == 200) {
            promised.put(id, code);
        } else if (answer.status() != 409) {
            wrong.add(what + " was answered with " + answer.status() + " " + answer.body());
        }
    }

    /** A gateway that is being started again does not answer, and says for a moment that it cannot. */
    private static HttpAnswer answered(Supplier<HttpAnswer> request) {
        return Awaitility.await("an answer")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> heard(request), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<HttpAnswer> heard(Supplier<HttpAnswer> request) {
        try {
            return Optional.of(request.get())
                    .filter(answer -> answer.status() != 503 || OF_OPERATION.contains(answer.code()));
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("got no answer")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Known ended(String id, Step.Ask ask) {
        try {
            return Awaitility.await()
                    .atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> read(id, ask), operation -> operation.isSuccess() || operation.isFailed());
        } catch (ConditionTimeoutException e) {
            var still = read(id, ask);
            wrong.add("never ended: " + still.json());
            return still;
        }
    }

    private Known read(String id, Step.Ask ask) {
        var caller = Sequence.CALLERS.get(ask.caller());
        var server = servers.get(ask.server());
        return new Known(answered(() -> gateway.operation(caller, GatewayClient.P1, server, id))
                .json());
    }

    /** How the operations ended. */
    Stream<String> ends() {
        return ends.stream();
    }

    private void compare() {
        var known = new LinkedHashMap<String, Known>();
        begun.forEach((id, ask) -> known.put(id, ended(id, ask)));
        known.values().forEach(operation -> ends.add(operation.isSuccess() ? "success" : operation.code()));
        promised.forEach((id, code) -> {
            var operation = Objects.requireNonNull(known.get(id));
            if (!operation.code().equals(code)) {
                wrong.add("told " + code + " of " + operation);
            }
        });
        for (var disk : disks) {
            var own = known.values().stream()
                    .filter(operation ->
                            operation.json().path("volume_id").asText().equals(disk))
                    .sorted(Comparator.comparing(Known::begun))
                    .toList();
            var holder = new DiskModel(wrong::add).play(own, cloud.effects(disk));
            compare(disk, holder == null ? List.of() : List.of(holder));
        }
    }

    /** Where the cloud shows the disk, once it shows everything. */
    private void compare(String disk, List<String> holders) {
        try {
            Awaitility.await().atMost(Timeouts.CONDITION).until(() -> {
                var shown = servers.stream()
                        .filter(server ->
                                cloud.server(server).path("volumes").toString().contains(disk))
                        .toList();
                return shown.equals(holders)
                        && cloud.volume(disk).path("attachments").size() == holders.size();
            });
        } catch (ConditionTimeoutException e) {
            wrong.add("disk " + disk + " should be on " + holders + " and is shown as " + cloud.volume(disk));
        }
    }
}
