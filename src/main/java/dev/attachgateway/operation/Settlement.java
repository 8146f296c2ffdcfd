package dev.attachgateway.operation;

import dev.attachgateway.disk.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Judges what a look at server and disk tells of a request whose outcome is unknown. Pure: the same facts give the same
 * finding.
 *
 * @param reads how many looks in a row have to see nothing before that counts as certain
 * @param quiet how long they have to span, longer than EVS lags behind
 */
record Settlement(int reads, Duration quiet) {

    /** What one look tells. */
    enum Finding {
        /** It happened. */
        DONE,
        /** Nothing can be said. */
        UNCLEAR,
        /** Something is going on with the disk. */
        MOVING,
        /** No trace of it, yet it may still come. */
        QUIET,
        /** It did not happen and cannot happen any more. */
        CERTAIN
    }

    /**
     * One look.
     *
     * @param sight empty when server or disk could not be looked at
     * @param atWork whether the cloud says that its operation is not over
     * @param now by the database's clock
     */
    Finding judge(Trace trace, Rules rules, Optional<Checks.Sight> sight, boolean atWork, Instant now) {
        if (sight.isEmpty()) {
            return Finding.UNCLEAR;
        }
        var server = sight.get().server();
        var disk = sight.get().disk();
        if (rules.confirmed(server, disk)) {
            return Finding.DONE;
        }
        if (!rules.untouched(server, disk, trace.baseline())) {
            return Finding.MOVING;
        }
        if (atWork) {
            return Finding.UNCLEAR;
        }
        return isCertain(trace, now) ? Finding.CERTAIN : Finding.QUIET;
    }

    /** Counting the present look, which saw nothing. */
    private boolean isCertain(Trace trace, Instant now) {
        var since = trace.quietSince();
        var ends = trace.windowEnds();
        return since != null
                && ends != null
                && trace.quietReads() + 1 >= reads
                && !now.isBefore(since.plus(quiet))
                && !now.isBefore(ends);
    }
}
