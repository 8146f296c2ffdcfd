package dev.attachgateway.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.matrix.Expected.End;
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

/** Carries one cell out and holds what came of it against what had to come. */
final class CellRun {
    private static final String CALLER = "team-1";
    private static final String OTHER = "team-2";
    private static final Duration LIMIT = Duration.ofSeconds(150);

    /** The gauge is read from the database every ten seconds. */
    private static final Duration ALERT_WITHIN = Duration.ofSeconds(25);

    private final Cell cell;
    private final World world;
    private final Expected expected;
    private final String server;
    private final String disk;
    private final List<String> complaints = new ArrayList<>();
    private String operation = "";
    private End end = End.UNSETTLED;

    CellRun(Cell cell, World world) {
        this.cell = cell;
        this.world = world;
        this.expected = Oracle.of(cell);
        var made = world.cloud().serverIn(cell.project());
        this.server = made.path("id").asText();
        this.disk = cell.life() == Cell.Life.ATTACH
                ? world.cloud().volumeIn(cell.project())
                : world.cloud().volumeIn(cell.project(), made);
    }

    Cell cell() {
        return cell;
    }

    String operation() {
        return operation;
    }

    Stream<Fault> faults() {
        return cell.faults(server, disk);
    }

    /** Everything that is wrong; empty when nothing is. */
    List<String> complaints() {
        try {
            live();
        } catch (ConditionTimeoutException e) {
            complaints.add("forgotten: " + world.watch().now(operation));
        } catch (AssertionError | RuntimeException e) {
            complaints.add(String.valueOf(e));
        }
        return complaints;
    }

    private void live() {
        var answer = cell.life() == Cell.Life.ATTACH
                ? world.gateway().attach(CALLER, cell.project(), server, disk, "Prefer", "respond-async")
                : world.gateway().detach(CALLER, cell.project(), server, disk, "Prefer", "respond-async");
        if (answer.status() != 202) {
            complaints.add("answered " + answer.status() + " " + answer.body());
            return;
        }
        operation = answer.operationId();
        reservedWhileUnfinished();
        var rest = world.watch().awaitRest(operation, LIMIT);
        end = rest.isUnsettled() ? End.UNSETTLED : rest.status().equals("success") ? End.SUCCESS : End.FAILED;
        want(expected.ends().contains(end), "end " + end + ", not " + expected.ends() + ": " + shownNow());
        counted();
        shown();
        told();
        reservedAtRest();
        // Nothing is forgotten, and nothing goes on either.
        counted();
    }

    /** Another caller wants the disk for a server that does not exist, which does no harm should it get it. */
    private HttpAnswer contend() {
        return world.gateway()
                .attach(OTHER, cell.project(), UUID.randomUUID().toString(), disk, "Prefer", "respond-async");
    }

    private void reservedWhileUnfinished() {
        var answer = contend();
        if (answer.status() != 409) {
            var standing = world.watch().now(operation);
            want(
                    standing.isPresent() && standing.get().isEnded(),
                    "another caller got " + answer.status() + " while it stood at " + standing);
        }
    }

    private void reservedAtRest() {
        var answer = contend();
        var held = answer.status() == 409 && answer.code().equals("Gateway.DiskReserved");
        want(held == (end == End.UNSETTLED), "at its rest another caller got " + answer.status() + " " + answer.body());
        if (end == End.UNSETTLED) {
            try {
                Awaitility.await().atMost(ALERT_WITHIN).until(() -> world.unsettledGauge() > 0);
            } catch (ConditionTimeoutException e) {
                complaints.add("no alert");
            }
        }
    }

    private void counted() {
        var effects = world.effects(cell.life(), disk);
        var sends = world.sends(cell.life(), disk);
        want(expected.effects().has(effects.size()), effects.size() + " effects, not " + expected.effects());
        want(expected.sends().has(sends.size()), sends.size() + " sends, not " + expected.sends());
        want(end != End.SUCCESS || !effects.isEmpty(), "success without effect");
        if (expected.dated()) {
            for (var i = 1; i < sends.size(); i++) {
                var apart = Duration.between(at(sends.get(i - 1)), at(sends.get(i)));
                want(apart.compareTo(MatrixProfile.SIGNATURE) >= 0, "sent again after " + apart);
            }
        }
    }

    private static Instant at(JsonNode line) {
        return Instant.parse(line.path("at").asText());
    }

    private JsonNode shownNow() {
        return world.gateway()
                .operation(CALLER, cell.project(), server, operation)
                .json();
    }

    private void shown() {
        var json = world.gateway()
                .operation(CALLER, cell.project(), server, operation)
                .json();
        want(json.path("unsettled").asBoolean() == (end == End.UNSETTLED), "shown as " + json);
        var word = switch (end) {
            case SUCCESS -> "success";
            case FAILED -> "failed";
            case UNSETTLED -> "running";
        };
        want(json.path("operation_status").asText().equals(word), "shown as " + json);
    }

    private void told() {
        var events = world.watch().events(operation);
        for (var i = 0; i < events.size(); i++) {
            var ends = Story.isTerminal(events.get(i).data());
            want(!ends || i == events.size() - 1, "told more after its end: " + events);
            want(ends || i < events.size() - 1 || end == End.UNSETTLED, "ended without a word: " + events);
        }
        var positions = world.watch().positions(cell.project());
        want(positions[0] == positions[1], positions[0] + " events up to position " + positions[1]);
        if (end != End.UNSETTLED) {
            var story = Story.of(world.gateway(), CALLER, cell.project(), server, operation);
            want(story.equals(events), "streamed " + story + ", written " + events);
        }
    }

    private void want(boolean right, String otherwise) {
        if (!right && !complaints.contains(otherwise)) {
            complaints.add(otherwise);
        }
    }
}
