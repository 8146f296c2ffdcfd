package dev.attachgateway.matrix;

import dev.attachgateway.matrix.Cell.Auth;
import dev.attachgateway.matrix.Cell.Life;
import dev.attachgateway.matrix.Cell.Spot;
import dev.attachgateway.matrix.Cell.Times;
import dev.attachgateway.matrix.Cell.When;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The matrix: every combination but those that cannot be. */
final class Cells {
    private Cells() {}

    static List<Cell> all() {
        var cells = new ArrayList<Cell>();
        for (var life : Life.values()) {
            for (var spot : Spot.values()) {
                for (var auth : auths(spot)) {
                    for (var trouble : Trouble.values()) {
                        for (var when : When.values()) {
                            for (var times : Times.values()) {
                                var cell = new Cell(cells.size(), life, spot, auth, trouble, when, times);
                                if (cell.canBe()) {
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

    /** With what a write is sent decides whether it may be sent again; for a read it makes no difference. */
    private static List<Auth> auths(Spot spot) {
        return switch (spot) {
            case WRITE -> List.of(Auth.SIGNED, Auth.TOKEN);
            case TOKEN -> List.of(Auth.TOKEN);
            default -> List.of(Auth.SIGNED);
        };
    }

    /** So many of them, the writes first served: half of the sample is theirs. */
    static List<Cell> sample(int count, long seed) {
        var shuffled = new ArrayList<>(all());
        if (count >= shuffled.size()) {
            return shuffled;
        }
        Collections.shuffle(shuffled, new Random(seed));
        var writes = shuffled.stream().filter(cell -> cell.spot() == Spot.WRITE).limit(count / 2);
        var others = shuffled.stream().filter(cell -> cell.spot() != Spot.WRITE).limit(count - count / 2);
        return java.util.stream.Stream.concat(writes, others).toList();
    }
}
