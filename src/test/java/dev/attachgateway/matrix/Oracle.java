package dev.attachgateway.matrix;

import static dev.attachgateway.matrix.Expected.End.FAILED;
import static dev.attachgateway.matrix.Expected.End.SUCCESS;
import static dev.attachgateway.matrix.Expected.End.UNSETTLED;

import dev.attachgateway.matrix.Cell.Auth;
import dev.attachgateway.matrix.Cell.Life;
import dev.attachgateway.matrix.Cell.Times;
import dev.attachgateway.matrix.Cell.When;
import dev.attachgateway.matrix.Expected.End;
import dev.attachgateway.matrix.Expected.Range;
import dev.attachgateway.matrix.Trouble.Sort;
import java.util.EnumSet;
import java.util.Set;

/** What has to come of each cell, from the promises alone: what may be sent again, and what counts as certain. */
final class Oracle {
    private static final Set<End> ONLY_SUCCESS = EnumSet.of(SUCCESS);
    private static final Set<End> ONLY_FAILED = EnumSet.of(FAILED);
    private static final Set<End> ONLY_UNSETTLED = EnumSet.of(UNSETTLED);
    private static final Set<End> ENDED = EnumSet.of(SUCCESS, FAILED);

    private Oracle() {}

    static Expected of(Cell cell) {
        if (cell.trouble().sort() == Sort.NONE && !cell.spot().isSettling()) {
            return Expected.of(ONLY_SUCCESS, 1, 1);
        }
        return switch (cell.spot()) {
            case WRITE -> ofWrite(cell);
            // Where the cloud's operation cannot be read, the disk and the server say how it ended.
            case OPERATION -> Expected.of(patiently(cell, ONLY_SUCCESS), 1, 1);
            case SERVER_AT_CHECK, DISK_AT_CHECK, TOKEN -> ofCheck(cell);
            case SERVER_AT_CONFIRM, DISK_AT_CONFIRM -> Expected.of(looked(cell, true), 1, 1);
            case SERVER_AT_SETTLING, DISK_AT_SETTLING -> ofSettling(cell);
        };
    }

    private static Expected ofWrite(Cell cell) {
        var carriedOut = cell.when() == When.AFTER;
        return switch (cell.trouble().sort()) {
            // Final at once when nothing before it was of unknown outcome. After the effect the cloud has lied: the
            // operation fails although the disk has moved, and that shows as drift; it is not done twice.
            case REFUSED -> Expected.of(ONLY_FAILED, carriedOut ? 1 : 0, 1);
            // After the effect the cloud has lied: "it did not begin" (401 0307, 429 with a code, 503 0613, 6357) is
            // what allows to send again. This is the one exception to "never more than one effect".
            case NOT_STARTED ->
                carriedOut
                        ? Expected.of(ENDED, 1, 1).effects(Range.atLeast(1)).sends(Range.atLeast(1))
                        : notStarted(cell);
            case UNSETTLED -> carriedOut ? Expected.of(ONLY_SUCCESS, 1, 1) : unknown(cell);
            case NONE -> throw new IllegalStateException();
        };
    }

    private static Expected notStarted(Cell cell) {
        if (cell.times() == Times.FOREVER) {
            return Expected.of(ONLY_FAILED, 0, 1).sends(Range.atLeast(1));
        }
        if (cell.trouble().isAboutCredential() && cell.times() == Times.THRICE) {
            // A credential is not shown again and again: given up, or taken at the fourth time.
            return Expected.of(ENDED, 0, 1).effects(new Range(0, 1)).sends(new Range(1, 4));
        }
        return Expected.of(ONLY_SUCCESS, 1, cell.times().count() + 1);
    }

    /** Nothing happened, and nobody said so. */
    private static Expected unknown(Cell cell) {
        if (cell.auth() == Auth.TOKEN) {
            // It may still be on its way for as long as the token lives.
            return Expected.of(ONLY_UNSETTLED, 0, 1);
        }
        return cell.times() == Times.FOREVER
                ? Expected.of(ONLY_FAILED, 0, 2).sends(Range.atLeast(2)).whenDated()
                : Expected.of(ONLY_SUCCESS, 1, cell.times().count() + 1).whenDated();
    }

    /** Nothing was sent yet. */
    private static Expected ofCheck(Cell cell) {
        if (cell.trouble().sort() == Sort.REFUSED) {
            return Expected.of(ONLY_FAILED, 0, 0);
        }
        if (cell.times() == Times.FOREVER) {
            return Expected.of(ONLY_FAILED, 0, 0);
        }
        if (cell.trouble().isAboutCredential() && cell.times() == Times.THRICE) {
            return Expected.of(ENDED, 0, 0).effects(new Range(0, 1)).sends(new Range(0, 1));
        }
        return Expected.of(ONLY_SUCCESS, 1, 1);
    }

    private static Expected ofSettling(Cell cell) {
        if (cell.when() == When.AFTER) {
            return Expected.of(looked(cell, true), 1, 1);
        }
        var ends = looked(cell, false);
        if (ends.equals(ONLY_SUCCESS)) {
            return Expected.of(ends, 1, 2).whenDated();
        }
        // It is not certain that nothing happened, so it is not sent again.
        return ends.contains(SUCCESS)
                ? Expected.of(ends, 0, 1)
                        .effects(new Range(0, 1))
                        .sends(new Range(1, 2))
                        .whenDated()
                : Expected.of(ends, 0, 1);
    }

    /** What reading server and disk back comes to when one of the two is befallen. */
    private static Set<End> looked(Cell cell, boolean happened) {
        if (cell.trouble().sort() == Sort.NONE) {
            return ONLY_SUCCESS;
        }
        if (cell.times() != Times.FOREVER) {
            return patiently(cell, ONLY_SUCCESS);
        }
        // The disk alone can name a server whose ids were read before; and a disk that is gone is on no server.
        var enough = cell.life() == Life.ATTACH ? !cell.spot().isDisk() : cell.trouble() == Trouble.S404;
        return happened && enough ? EnumSet.of(SUCCESS, UNSETTLED) : ONLY_UNSETTLED;
    }

    /** A credential that the cloud refused may rest for a while, and what needs it with it. */
    private static Set<End> patiently(Cell cell, Set<End> ends) {
        if (cell.trouble().isAboutCredential() && cell.times() != Times.ONCE) {
            var wider = EnumSet.copyOf(ends);
            wider.add(UNSETTLED);
            return wider;
        }
        return ends;
    }
}
