package dev.attachgateway.matrix;

import dev.attachgateway.matrix.MatrixCell.Action;
import dev.attachgateway.matrix.MatrixCell.Credential;
import dev.attachgateway.matrix.MatrixCell.Occurrences;
import dev.attachgateway.matrix.MatrixCell.TargetCall;
import dev.attachgateway.matrix.MatrixCell.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The matrix: every possible combination. */
final class MatrixCells {
    private MatrixCells() {}

    static List<MatrixCell> all() {
        var cells = new ArrayList<MatrixCell>();
        for (var action : Action.values()) {
            for (var targetCall : TargetCall.values()) {
                for (var credential : credentialsFor(targetCall)) {
                    for (var cloudFault : CloudFault.values()) {
                        for (var timing : Timing.values()) {
                            for (var times : Occurrences.values()) {
                                var cell = new MatrixCell(
                                        cells.size(), action, targetCall, credential, cloudFault, timing, times);
                                if (cell.isPossible()) {
                                    cells.add(cell);
                                }
                            }
                        }
                    }
                }
            }
        }
        return cells;
    }

    /** The credential of a write decides whether it may be resent; for a read it makes no difference. */
    private static List<Credential> credentialsFor(TargetCall targetCall) {
        return switch (targetCall) {
            case WRITE -> List.of(Credential.SIGNED, Credential.TOKEN);
            case TOKEN -> List.of(Credential.TOKEN);
            default -> List.of(Credential.SIGNED);
        };
    }

    /** Returns a random sample of which half are writes. */
    static List<MatrixCell> sample(int count, long seed) {
        var shuffled = new ArrayList<>(all());
        if (count >= shuffled.size()) {
            return shuffled;
        }
        Collections.shuffle(shuffled, new Random(seed));
        var writes = shuffled.stream()
                .filter(cell -> cell.targetCall() == TargetCall.WRITE)
                .limit(count / 2);
        var others = shuffled.stream()
                .filter(cell -> cell.targetCall() != TargetCall.WRITE)
                .limit(count - count / 2);
        return java.util.stream.Stream.concat(writes, others).toList();
    }
}
