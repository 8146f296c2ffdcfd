package dev.attachgateway.crash;

import dev.attachgateway.testkit.SandboxCloud.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A moment in a life at which its replica dies.
 *
 * @param life {@code attach} or {@code detach}
 * @param mark step and status of the commit that is under way then; empty when it is a call to the cloud
 * @param edge what becomes of that commit, or how far that call has come
 * @param trouble what leads there
 * @param ends how it ends once another replica has carried on; empty when nothing was ever recorded
 */
record Point(
        int number, String life, String mark, Edge edge, List<Fault> trouble, String ends, int effects, int sends) {

    enum Edge {
        /** The commit never happened. */
        ROLLED_BACK,
        /** The commit happened, and the replica did not hear of it. */
        UNHEARD,
        /** The call has arrived, and the cloud has not acted. */
        CALL_ARRIVED,
        /** The cloud has acted, and the answer has not left. */
        CALL_DONE
    }

    /** Longer than it takes to kill the replica, shorter than a signature is accepted. */
    private static final Duration LATE = Duration.ofSeconds(6);

    /** Every boundary of an attach and of a detach. */
    static List<Point> all() {
        var points = new ArrayList<Point>();
        for (var life : List.of("attach", "detach")) {
            commits(life, points);
            calls(life, points);
        }
        return points;
    }

    private static void commits(String life, List<Point> points) {
        add(points, life, "checking/pending", Edge.ROLLED_BACK, "", 0, 0);
        add(points, life, "checking/pending", Edge.UNHEARD, "success", 1, 1);
        for (var mark : List.of(
                "queued/pending",
                "sending/pending",
                "following/pending",
                "following/running",
                "confirming/running",
                "succeeded/success")) {
            add(points, life, mark, Edge.ROLLED_BACK, "success", 1, 1);
            add(points, life, mark, Edge.UNHEARD, "success", 1, 1);
        }
        // Whether the refusal was recorded decides whether anybody knows of it: if not, the outcome is unknown.
        add(
                points,
                life,
                "failed/failed",
                Edge.ROLLED_BACK,
                "success",
                1,
                2,
                Fault.status(life, 400).times(1));
        add(
                points,
                life,
                "failed/failed",
                Edge.UNHEARD,
                "failed",
                0,
                1,
                Fault.status(life, 400).times(1));
        for (var edge : List.of(Edge.ROLLED_BACK, Edge.UNHEARD)) {
            var busy = Fault.status(life, 400, "ModelArts.6357", "Another operation is being performed.");
            // The write itself is repeated within its step until the repetitions are used up.
            add(points, life, "waiting/pending", edge, "success", 1, -1, busy.times(3));
            add(
                    points,
                    life,
                    "unsettled/running",
                    edge,
                    "success",
                    1,
                    2,
                    Fault.kind(life, "drop").times(1));
            add(
                    points,
                    life,
                    "unsettled/running",
                    edge,
                    "success",
                    1,
                    1,
                    Fault.kind(life, "drop").after().times(1));
        }
    }

    private static void calls(String life, List<Point> points) {
        add(
                points,
                life,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                2,
                Fault.kind(life, "hang").times(1));
        add(
                points,
                life,
                "",
                Edge.CALL_DONE,
                "success",
                1,
                1,
                Fault.kind(life, "hang").after().times(1));
        // It is carried out while everybody who knew of it is dead.
        add(
                points,
                life,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.delay(life, LATE).times(1));
        add(
                points,
                life,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("operation", "hang").times(1));
        add(
                points,
                life,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("volume", "hang").since(life).times(1));
        add(
                points,
                life,
                "",
                Edge.CALL_ARRIVED,
                "success",
                1,
                1,
                Fault.kind("volume", "hang").times(1));
    }

    private static void add(
            List<Point> points,
            String life,
            String mark,
            Edge edge,
            String ends,
            int effects,
            int sends,
            Fault... trouble) {
        points.add(new Point(points.size() + 1, life, mark, edge, List.of(trouble), ends, effects, sends));
    }

    boolean isCommit() {
        return !mark.isEmpty();
    }

    /** The operation is one of two on its server, and the other is under way. */
    boolean isQueued() {
        return mark.startsWith("queued");
    }

    /** The call that is cut off, by the practice cloud's word. */
    String call() {
        return trouble.getFirst().json().path("call").asText();
    }

    /** A project of its own, because a commit that is under way has the project's counter. */
    String project() {
        return "c%031x".formatted(number);
    }

    Stream<Fault> faults(String disk) {
        return trouble.stream().map(fault -> fault.disk(disk));
    }

    @Override
    public String toString() {
        return number + " " + life + " " + (isCommit() ? mark : call()) + " " + edge + " " + trouble;
    }
}
