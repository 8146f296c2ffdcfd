package dev.attachgateway.matrix;

import static dev.attachgateway.matrix.ExpectedOutcome.Outcome.FAILED;
import static dev.attachgateway.matrix.ExpectedOutcome.Outcome.SUCCESS;
import static dev.attachgateway.matrix.ExpectedOutcome.Outcome.UNSETTLED;

import dev.attachgateway.matrix.CloudFault.Classification;
import dev.attachgateway.matrix.ExpectedOutcome.Outcome;
import dev.attachgateway.matrix.ExpectedOutcome.Range;
import dev.attachgateway.matrix.MatrixCell.Action;
import dev.attachgateway.matrix.MatrixCell.Credential;
import dev.attachgateway.matrix.MatrixCell.Occurrences;
import dev.attachgateway.matrix.MatrixCell.Timing;
import java.util.EnumSet;
import java.util.Set;

/**
 * Derives the expected outcome of each cell from the guarantees alone: what may be resent, and what counts as certain.
 */
final class Oracle {
    private static final Set<Outcome> ONLY_SUCCESS = EnumSet.of(SUCCESS);
    private static final Set<Outcome> ONLY_FAILED = EnumSet.of(FAILED);
    private static final Set<Outcome> ONLY_UNSETTLED = EnumSet.of(UNSETTLED);
    private static final Set<Outcome> ENDED = EnumSet.of(SUCCESS, FAILED);

    private Oracle() {}

    static ExpectedOutcome of(MatrixCell cell) {
        if (cell.cloudFault().classification() == Classification.NONE
                && !cell.targetCall().isSettling()) {
            return ExpectedOutcome.of(ONLY_SUCCESS, 1, 1);
        }
        return switch (cell.targetCall()) {
            case WRITE -> ofWrite(cell);
            // Where the cloud's operation cannot be read, disk and server show how it ended.
            case OPERATION -> ExpectedOutcome.of(orUnsettled(cell, ONLY_SUCCESS), 1, 1);
            case SERVER_AT_CHECK, DISK_AT_CHECK, TOKEN -> ofRead(cell);
            case SERVER_AT_CONFIRM, DISK_AT_CONFIRM -> ExpectedOutcome.of(readBack(cell, true), 1, 1);
            case SERVER_AT_SETTLING, DISK_AT_SETTLING -> ofSettling(cell);
        };
    }

    private static ExpectedOutcome ofWrite(MatrixCell cell) {
        var executed = cell.timing() == Timing.AFTER;
        return switch (cell.cloudFault().classification()) {
            // Final at once when no earlier send was of unknown outcome. After the effect the response is false: the
            // operation fails although the disk has moved, which is reported as drift; it is not repeated.
            case REFUSED -> ExpectedOutcome.of(ONLY_FAILED, executed ? 1 : 0, 1);
            // After the effect the response is false: "not started" (401 0307, 429 with a code, 503 0613, 6357)
            // permits a resend. This is the one exception to "never more than one effect".
            case NOT_STARTED ->
                executed
                        ? ExpectedOutcome.of(ENDED, 1, 1)
                                .effects(Range.atLeast(1))
                                .sends(Range.atLeast(1))
                        : notStarted(cell);
            case UNSETTLED -> executed ? ExpectedOutcome.of(ONLY_SUCCESS, 1, 1) : unknown(cell);
            case NONE -> throw new IllegalStateException();
        };
    }

    private static ExpectedOutcome notStarted(MatrixCell cell) {
        if (cell.occurrences() == Occurrences.FOREVER) {
            return ExpectedOutcome.of(ONLY_FAILED, 0, 1).sends(Range.atLeast(1));
        }
        if (cell.cloudFault().isAboutCredential() && cell.occurrences() == Occurrences.THRICE) {
            // A rejected credential is not sent repeatedly: the operation fails, or the fourth send is accepted.
            return ExpectedOutcome.of(ENDED, 0, 1).effects(new Range(0, 1)).sends(new Range(1, 4));
        }
        return ExpectedOutcome.of(ONLY_SUCCESS, 1, cell.occurrences().count() + 1);
    }

    /** No effect and an unknown outcome. */
    private static ExpectedOutcome unknown(MatrixCell cell) {
        if (cell.credential() == Credential.TOKEN) {
            // The request may still be in flight for as long as the token is valid.
            return ExpectedOutcome.of(ONLY_UNSETTLED, 0, 1);
        }
        return cell.occurrences() == Occurrences.FOREVER
                ? ExpectedOutcome.of(ONLY_FAILED, 0, 2).sends(Range.atLeast(2)).withSpacedSends()
                : ExpectedOutcome.of(ONLY_SUCCESS, 1, cell.occurrences().count() + 1)
                        .withSpacedSends();
    }

    /** Before the write is sent. */
    private static ExpectedOutcome ofRead(MatrixCell cell) {
        if (cell.cloudFault().classification() == Classification.REFUSED) {
            return ExpectedOutcome.of(ONLY_FAILED, 0, 0);
        }
        if (cell.occurrences() == Occurrences.FOREVER) {
            return ExpectedOutcome.of(ONLY_FAILED, 0, 0);
        }
        if (cell.cloudFault().isAboutCredential() && cell.occurrences() == Occurrences.THRICE) {
            return ExpectedOutcome.of(ENDED, 0, 0).effects(new Range(0, 1)).sends(new Range(0, 1));
        }
        return ExpectedOutcome.of(ONLY_SUCCESS, 1, 1);
    }

    private static ExpectedOutcome ofSettling(MatrixCell cell) {
        if (cell.timing() == Timing.AFTER) {
            return ExpectedOutcome.of(readBack(cell, true), 1, 1);
        }
        var outcomes = readBack(cell, false);
        if (outcomes.equals(ONLY_SUCCESS)) {
            return ExpectedOutcome.of(outcomes, 1, 2).withSpacedSends();
        }
        // The absence of an effect is not certain, so it is not resent.
        return outcomes.contains(SUCCESS)
                ? ExpectedOutcome.of(outcomes, 0, 1)
                        .effects(new Range(0, 1))
                        .sends(new Range(1, 2))
                        .withSpacedSends()
                : ExpectedOutcome.of(outcomes, 0, 1);
    }

    /** Outcomes of reading back server and disk when one of the two reads fails. */
    private static Set<Outcome> readBack(MatrixCell cell, boolean effectHappened) {
        if (cell.cloudFault().classification() == Classification.NONE) {
            return ONLY_SUCCESS;
        }
        if (cell.occurrences() != Occurrences.FOREVER) {
            return orUnsettled(cell, ONLY_SUCCESS);
        }
        // The disk alone identifies a server whose ids were read before; a disk that no longer exists is on no server.
        var sufficient =
                cell.action() == Action.ATTACH ? !cell.targetCall().isDisk() : cell.cloudFault() == CloudFault.S404;
        return effectHappened && sufficient ? EnumSet.of(SUCCESS, UNSETTLED) : ONLY_UNSETTLED;
    }

    /** A rejected credential is on cooldown for a while, and so are the operations that need it. */
    private static Set<Outcome> orUnsettled(MatrixCell cell, Set<Outcome> outcomes) {
        if (cell.cloudFault().isAboutCredential() && cell.occurrences() != Occurrences.ONCE) {
            var permitted = EnumSet.copyOf(outcomes);
            permitted.add(UNSETTLED);
            return permitted;
        }
        return outcomes;
    }
}
