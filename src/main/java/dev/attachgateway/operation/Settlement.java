package dev.attachgateway.operation;

import dev.attachgateway.disk.DiskPreconditions;
import dev.attachgateway.upstream.ModelArts;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a look at server and disk tells of a request whose outcome is unknown, and what follows from it. Pure: the
 * same facts give the same course.
 *
 * @param reads how many looks in a row have to see nothing before that counts as certain
 * @param quiet how long they have to span, longer than EVS lags behind
 */
record Settlement(int reads, Duration quiet) {
    private static final String MOVING =
            "The cloud shows something going on with the disk; it stays reserved until that is over.";
    private static final String UNDATED =
            "Nothing of the request is seen, but it was sent with a token and might still be taken, so it is not sent again."
                    + " The disk stays reserved until an operator decides.";
    private static final String ACCEPTED =
            "The cloud accepted the request and nothing of it is seen. The disk stays reserved until an operator decides.";
    private static final String FAILED = "The cloud says that it failed; this is being confirmed.";
    private static final String AGAIN = "It is certain that the request was not carried out. It is sent again.";

    /** What one look tells. */
    enum Finding {
        /** It happened. */
        DONE,
        /** Nothing can be said. */
        UNCLEAR,
        /** Something is going on with the disk. */
        MOVING,
        /** No trace of it, which proves nothing while the cloud still takes the request. */
        EARLY,
        /** No trace of it, and what it did may not be shown yet. */
        QUIET,
        /** It did not happen and cannot happen any more. */
        CERTAIN
    }

    /**
     * One look.
     *
     * @param sight empty when server or disk could not be looked at
     * @param atWork whether the cloud says that its operation is not over
     * @param begun when the look was begun, by the database's clock
     */
    Finding judge(
            Trace trace,
            DiskPreconditions diskPreconditions,
            Optional<Checks.Sight> sight,
            boolean atWork,
            Instant begun) {
        if (sight.isEmpty()) {
            return Finding.UNCLEAR;
        }
        var server = sight.get().server();
        var disk = sight.get().disk();
        if (disk.isEmpty()) {
            // Deleted, or hidden from the gateway: neither says what became of the request.
            return Finding.UNCLEAR;
        }
        if (diskPreconditions.isConfirmed(server, disk)) {
            return Finding.DONE;
        }
        if (!diskPreconditions.isUnchanged(server, disk, trace.baseline())) {
            return Finding.MOVING;
        }
        if (atWork) {
            return Finding.UNCLEAR;
        }
        if (isEarly(trace, begun)) {
            return Finding.EARLY;
        }
        return isCertain(trace, begun) ? Finding.CERTAIN : Finding.QUIET;
    }

    /**
     * What follows from one look.
     *
     * @param progress what the cloud says of its operation; empty when it has no id, or does not say
     * @param begun when the look was begun, by the database's clock: whoever was stopped since then has seen what was so
     *     then
     * @param isOverdue whether what was not sent by now is given up
     */
    Course decide(
            State.Unsettled unsettled,
            Trace trace,
            DiskPreconditions diskPreconditions,
            Optional<Checks.Sight> sight,
            Optional<ModelArts.Progress> progress,
            Instant begun,
            boolean isOverdue) {
        var word = progress.map(ModelArts.Progress::word);
        var verdict = word.filter(it -> it == ModelArts.Word.FAILED)
                .map(failed -> Failure.of(progress.get()))
                .orElse(unsettled.verdict());
        var atWork = word.filter(it -> it == ModelArts.Word.PENDING || it == ModelArts.Word.RUNNING)
                .isPresent();
        return switch (judge(trace, diskPreconditions, sight, atWork, begun)) {
            case DONE -> new Course.Move(unsettled.confirmed(), false);
            case UNCLEAR, EARLY -> streak(unsettled, trace, verdict, 0);
            case MOVING ->
                trace.seen()
                        ? streak(unsettled, trace, verdict, 0)
                        : new Course.Move(unsettled.told(MOVING, verdict), true);
            case QUIET -> streak(unsettled, trace, verdict, trace.quietReads() + 1);
            case CERTAIN -> certain(unsettled, trace, verdict, isOverdue);
        };
    }

    /** Nothing happened, as far as anybody can see. */
    private static Course certain(
            State.Unsettled unsettled, Trace trace, @Nullable Failure verdict, boolean isOverdue) {
        if (verdict != null) {
            return new Course.Move(unsettled.failed(verdict), false);
        }
        if (unsettled.upstreamId() != null) {
            return stays(unsettled, trace, ACCEPTED);
        }
        if (!trace.signed()) {
            return stays(unsettled, trace, UNDATED);
        }
        if (trace.seen()) {
            return new Course.Move(unsettled.failed(Failure.undone()), false);
        }
        if (isOverdue) {
            var lost = Failure.notSent("The request was lost and its time is over.");
            return new Course.Move(unsettled.failed(lost), false);
        }
        return new Course.Move(unsettled.nothingHappened(AGAIN), false);
    }

    private static Course stays(State.Unsettled unsettled, Trace trace, String detail) {
        return unsettled.detail().equals(detail)
                ? streak(unsettled, trace, null, trace.quietReads() + 1)
                : new Course.Move(unsettled.told(detail, null), false);
    }

    private static Course streak(State.Unsettled unsettled, Trace trace, @Nullable Failure verdict, int quietReads) {
        if (!Objects.equals(verdict, unsettled.verdict())) {
            return new Course.Move(unsettled.told(FAILED, verdict), false);
        }
        return quietReads == 0 && trace.quietReads() == 0 ? new Course.Nothing() : new Course.Note(quietReads);
    }

    /** What arrives at the last moment shows only later: looks count from the moment when nothing can arrive any more. */
    private static boolean isEarly(Trace trace, Instant begun) {
        var since = trace.quietSince();
        var ends = trace.windowEnds();
        return ends == null || begun.isBefore(ends) || (since != null && since.isBefore(ends));
    }

    /** Counting the present look, which saw nothing. */
    private boolean isCertain(Trace trace, Instant begun) {
        var since = trace.quietSince();
        return since != null && trace.quietReads() + 1 >= reads && !begun.isBefore(since.plus(quiet));
    }
}
