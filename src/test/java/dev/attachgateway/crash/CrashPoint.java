package dev.attachgateway.crash;

import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A point in an operation at which its replica is killed or frozen.
 *
 * @param operationType {@code attach} or {@code detach}
 * @param mark step and status of the commit in progress at the point; empty for a call to the cloud
 * @param edge result of that commit, or progress of that call
 * @param faults faults that lead to the point
 * @param finalStatus status after another replica has continued; empty when nothing was recorded
 */
record CrashPoint(
        int number,
        String operationType,
        String mark,
        Edge edge,
        List<Fault> faults,
        String finalStatus,
        int effects,
        int sends) {

    enum Edge {
        /** The commit is rolled back. */
        ROLLED_BACK,
        /** The commit succeeded, but the replica did not receive the confirmation. */
        COMMITTED,
        /** The call has arrived, but is not executed. */
        CALL_ARRIVED,
        /** The call is executed, but the response is not sent. */
        CALL_EXECUTED
    }

    /** Longer than the kill of a replica, shorter than the validity of a signature. */
    private static final Duration EXECUTION_DELAY = Duration.ofSeconds(6);

    /** Every boundary of an attach and of a detach. */
    static List<CrashPoint> all() {
        var points = new ArrayList<CrashPoint>();
        for (var operationType : List.of("attach", "detach")) {
            commits(operationType, points);
            calls(operationType, points);
        }
        return points;
    }

    private static void commits(String operationType, List<CrashPoint> points) {
        add(points, operationType, "checking/pending", Edge.ROLLED_BACK, "", 0, 0);
        add(points, operationType, "checking/pending", Edge.COMMITTED, "success", 1, 1);
        for (var mark : List.of(
                "queued/pending",
                "sending/pending",
                "following/pending",
                "following/running",
                "confirming/running",
                "succeeded/success")) {
            add(points, operationType, mark, Edge.ROLLED_BACK, "success", 1, 1);
            add(points, operationType, mark, Edge.COMMITTED, "success", 1, 1);
        }
        // The rejection is known only if it was recorded; otherwise the outcome is unknown.
        add(
                points,
                operationType,
                "failed/failed",
                Edge.ROLLED_BACK,
                "success",
                1,
                2,
                Fault.status(operationType, 400).times(1));
        add(
                points,
                operationType,
                "failed/failed",
                Edge.COMMITTED,
                "failed",
                0,
                1,
                Fault.status(operationType, 400).times(1));
        for (var edge : List.of(Edge.ROLLED_BACK, Edge.COMMITTED)) {
            var busy = Fault.status(operationType, 400, "ModelArts.6357", "Another operation is being performed.");
            // The write is retried within its step until the retries are used up.
            add(points, operationType, "waiting/pending", edge, "success", 1, -1, busy.times(3));
            add(
                    points,
                    operationType,
                    "unsettled/running",
                    edge,
                    "success",
                    1,
                    2,
                    Fault.kind(operationType, "drop").times(1));
            add(
                    points,
                    operationType,
                    "unsettled/running",
                    edge,
                    "success",
                    1,
                    1,
                    Fault.kind(operationType, "drop").after().times(1));
        }
    }

    private static void calls(String operationType, List<CrashPoint> points) {
        add(
                points,
                operationType,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                2,
                Fault.kind(operationType, "hang").times(1));
        add(
                points,
                operationType,
                "",
                Edge.CALL_EXECUTED,
                "success",
                1,
                1,
                Fault.kind(operationType, "hang").after().times(1));
        // The call is executed after its replica was killed.
        add(
                points,
                operationType,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.delay(operationType, EXECUTION_DELAY).times(1));
        add(
                points,
                operationType,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("operation", "hang").times(1));
        add(
                points,
                operationType,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("volume", "hang").since(operationType).times(1));
        add(
                points,
                operationType,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("volume", "hang").times(1));
    }

    private static void add(
            List<CrashPoint> points,
            String operationType,
            String mark,
            Edge edge,
            String finalStatus,
            int effects,
            int sends,
            Fault... faults) {
        points.add(new CrashPoint(
                points.size() + 1, operationType, mark, edge, List.of(faults), finalStatus, effects, sends));
    }

    boolean isCommit() {
        return !mark.isEmpty();
    }

    /** Whether the operation waits in the queue of a server that is busy with another one. */
    boolean isQueued() {
        return mark.startsWith("queued");
    }

    /** Returns the interrupted call, as named in the sandbox. */
    String call() {
        return faults.getFirst().json().path("call").asText();
    }

    /** A project of its own, because a commit in progress locks the project's event counter. */
    String project() {
        return "c%031x".formatted(number);
    }

    Stream<Fault> faults(String disk) {
        return faults.stream().map(fault -> fault.disk(disk));
    }

    @Override
    public String toString() {
        return number + " " + operationType + " " + (isCommit() ? mark : call()) + " " + edge + " " + faults;
    }
}
