package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.matrix.ExpectedOutcome.Outcome;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Runs one cell and compares its outcome with the expected one. */
final class MatrixCellRun {
    private static final String CALLER = "team-1";
    private static final String OTHER_CALLER = "team-2";
    private static final Duration OUTCOME_TIMEOUT = Duration.ofSeconds(150);

    /** The gauge is read from the database every ten seconds. */
    private static final Duration ALERT_TIMEOUT = Duration.ofSeconds(25);

    private final MatrixCell cell;
    private final MatrixEnvironment environment;
    private final ExpectedOutcome expected;
    private final String server;
    private final String disk;
    private final List<String> violations = new ArrayList<>();
    private String operation = "";
    private Outcome outcome = Outcome.UNSETTLED;

    MatrixCellRun(MatrixCell cell, MatrixEnvironment environment) {
        this.cell = cell;
        this.environment = environment;
        this.expected = Oracle.of(cell);
        var serverJson = environment.cloud().serverIn(cell.project());
        this.server = serverJson.path("id").asText();
        this.disk = cell.action() == MatrixCell.Action.ATTACH
                ? environment.cloud().volumeIn(cell.project())
                : environment.cloud().volumeIn(cell.project(), serverJson);
    }

    MatrixCell cell() {
        return cell;
    }

    String operation() {
        return operation;
    }

    Stream<Fault> faults() {
        return cell.faults(server, disk);
    }

    /** Runs the cell and returns all violations; empty without any. */
    List<String> findViolations() {
        try {
            run();
        } catch (ConditionTimeoutException e) {
            violations.add("not finished: " + environment.operationReader().now(operation));
        } catch (AssertionError | RuntimeException e) {
            violations.add(String.valueOf(e));
        }
        return violations;
    }

    private void run() {
        var response = cell.action() == MatrixCell.Action.ATTACH
                ? environment.gateway().attach(CALLER, cell.project(), server, disk, "Prefer", "respond-async")
                : environment.gateway().detach(CALLER, cell.project(), server, disk, "Prefer", "respond-async");
        if (response.status() != 202) {
            violations.add("HTTP status " + response.status() + " " + response.body());
            return;
        }
        operation = response.operationId();
        checkReservedWhileUnfinished();
        var finalState = environment.operationReader().awaitSettledState(operation, OUTCOME_TIMEOUT);
        outcome = finalState.isUnsettled()
                ? Outcome.UNSETTLED
                : finalState.status().equals("success") ? Outcome.SUCCESS : Outcome.FAILED;
        check(
                expected.outcomes().contains(outcome),
                "outcome " + outcome + ", not " + expected.outcomes() + ": " + currentOperation());
        checkCounts();
        checkShownState();
        checkEvents();
        checkReservationAtEnd();
        // No further send or effect after the end either.
        checkCounts();
    }

    /** Another caller attaches the disk to a server that does not exist, so that an accepted attach has no effect. */
    private HttpAnswer attachByOtherCaller() {
        return environment
                .gateway()
                .attach(OTHER_CALLER, cell.project(), UUID.randomUUID().toString(), disk, "Prefer", "respond-async");
    }

    private void checkReservedWhileUnfinished() {
        var response = attachByOtherCaller();
        if (response.status() != 409) {
            var state = environment.operationReader().now(operation);
            check(
                    state.isPresent() && state.get().isEnded(),
                    "another caller got " + response.status() + " in state " + state);
        }
    }

    private void checkReservationAtEnd() {
        var response = attachByOtherCaller();
        var isReserved = response.status() == 409 && response.code().equals("Gateway.DiskReserved");
        check(
                isReserved == (outcome == Outcome.UNSETTLED),
                "after the end another caller got " + response.status() + " " + response.body());
        if (outcome == Outcome.UNSETTLED) {
            try {
                Awaitility.await().atMost(ALERT_TIMEOUT).until(() -> environment.unsettledGauge() > 0);
            } catch (ConditionTimeoutException e) {
                violations.add("no alert");
            }
        }
    }

    private void checkCounts() {
        var effects = environment.effects(cell.action(), disk);
        var sends = environment.sends(cell.action(), disk);
        check(expected.effects().has(effects.size()), effects.size() + " effects, not " + expected.effects());
        check(expected.sends().has(sends.size()), sends.size() + " sends, not " + expected.sends());
        check(outcome != Outcome.SUCCESS || !effects.isEmpty(), "success without effect");
        if (expected.spacedSends()) {
            for (var i = 1; i < sends.size(); i++) {
                var interval = Duration.between(at(sends.get(i - 1)), at(sends.get(i)));
                check(interval.compareTo(MatrixProfile.SIGNATURE) >= 0, "resent after " + interval);
            }
        }
    }

    private static Instant at(JsonNode line) {
        return Instant.parse(line.path("at").asText());
    }

    private JsonNode currentOperation() {
        return environment
                .gateway()
                .operation(CALLER, cell.project(), server, operation)
                .json();
    }

    private void checkShownState() {
        var json = environment
                .gateway()
                .operation(CALLER, cell.project(), server, operation)
                .json();
        check(json.path("unsettled").asBoolean() == (outcome == Outcome.UNSETTLED), "shown as " + json);
        var expectedStatus = switch (outcome) {
            case SUCCESS -> "success";
            case FAILED -> "failed";
            case UNSETTLED -> "running";
        };
        check(json.path("operation_status").asText().equals(expectedStatus), "shown as " + json);
    }

    private void checkEvents() {
        var events = environment.operationReader().events(operation);
        for (var i = 0; i < events.size(); i++) {
            var isLast = OperationReplay.isTerminal(events.get(i).data());
            check(!isLast || i == events.size() - 1, "events after the terminal event: " + events);
            check(isLast || i < events.size() - 1 || outcome == Outcome.UNSETTLED, "no terminal event: " + events);
        }
        var positions = environment.operationReader().positions(cell.project());
        check(positions[0] == positions[1], positions[0] + " events up to position " + positions[1]);
        if (outcome != Outcome.UNSETTLED) {
            var replayed = OperationReplay.of(environment.gateway(), CALLER, cell.project(), server, operation);
            check(replayed.equals(events), "streamed " + replayed + ", written " + events);
        }
    }

    private void check(boolean condition, String violation) {
        if (!condition && !violations.contains(violation)) {
            violations.add(violation);
        }
    }
}
