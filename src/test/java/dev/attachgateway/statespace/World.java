package dev.attachgateway.statespace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Everything at one moment: the database, two replicas, what is under way, and the cloud. Immutable. */
final class World {
    static final int REPLICAS = 2;
    static final int OPERATIONS = 2;

    final @Nullable Row[] rows;
    final @Nullable Drive[] drives;
    final List<Letter> letters;
    final Cloud cloud;
    final @Nullable Straggler straggler;
    final @Nullable Invariant broken;

    private World(
            @Nullable Row[] rows,
            @Nullable Drive[] drives,
            List<Letter> letters,
            Cloud cloud,
            @Nullable Straggler straggler,
            @Nullable Invariant broken) {
        this.rows = rows;
        this.drives = drives;
        this.letters = letters;
        this.cloud = cloud;
        this.straggler = straggler;
        this.broken = broken;
    }

    static World empty() {
        return new World(
                new Row[OPERATIONS], new Drive[REPLICAS * OPERATIONS], List.of(), Cloud.untouched(), null, null);
    }

    @Nullable
    Row row(int operation) {
        return rows[operation];
    }

    @Nullable
    Drive drive(int replica, int operation) {
        return drives[replica * OPERATIONS + operation];
    }

    World with(int operation, Row row) {
        var changed = rows.clone();
        changed[operation] = row;
        return new World(changed, drives, letters, cloud, straggler, broken);
    }

    World with(int replica, int operation, @Nullable Drive drive) {
        var changed = drives.clone();
        changed[replica * OPERATIONS + operation] = drive;
        return new World(rows, changed, letters, cloud, straggler, broken);
    }

    World with(Cloud now) {
        return new World(rows, drives, letters, now, straggler, broken);
    }

    World with(@Nullable Straggler now) {
        return new World(rows, drives, letters, cloud, now, broken);
    }

    World breaks(Invariant invariant) {
        return new World(rows, drives, letters, cloud, straggler, broken == null ? invariant : broken);
    }

    World sent(Letter letter) {
        var more = new ArrayList<>(letters);
        more.add(letter);
        return withLetters(more);
    }

    World without(Letter letter) {
        var left = new ArrayList<>(letters);
        left.remove(letter);
        return withLetters(left);
    }

    World eachLetter(UnaryOperator<Letter> change) {
        return letters.isEmpty()
                ? this
                : withLetters(letters.stream().map(change).toList());
    }

    World eachDrive(int operation, UnaryOperator<@Nullable Drive> change) {
        var changed = drives.clone();
        for (int replica = 0; replica < REPLICAS; replica++) {
            var at = replica * OPERATIONS + operation;
            var drive = changed[at];
            changed[at] = drive == null ? null : change.apply(drive);
        }
        return new World(rows, changed, letters, cloud, straggler, broken);
    }

    private World withLetters(List<Letter> all) {
        var left = all.stream().filter(Letter::canArrive).toList();
        return new World(rows, drives, left, cloud, straggler, broken);
    }

    /** Nobody hears the answer to a request of somebody who is gone. */
    World withoutListeners() {
        return eachLetter(letter -> letter.sender() >= 0 && !listens(letter) ? letter.unattended() : letter);
    }

    private boolean listens(Letter letter) {
        var drive = drive(letter.sender(), letter.operation());
        return drive != null && drive.phase() instanceof Drive.Awaiting;
    }

    boolean canArrive(int operation) {
        return letters.stream().anyMatch(letter -> letter.operation() == operation);
    }

    /** One number for all of it, and the same one when the replicas change their names. */
    long hash() {
        return Math.min(hash(0), hash(1));
    }

    private long hash(int swapped) {
        var hash = Coded.mix(17, cloud.code(isOver(0), isOver(1)));
        for (var row : rows) {
            hash = Coded.mix(hash, row == null ? 0 : row.code(swapped));
        }
        for (int at = 0; at < drives.length; at++) {
            var drive = drives[at ^ (swapped * OPERATIONS)];
            hash = Coded.mix(hash, drive == null ? 0 : drive.code());
        }
        // In whatever order they stand.
        long onTheWay = 0;
        for (var letter : letters) {
            onTheWay += Coded.mix(5, letter.code(swapped));
        }
        hash = Coded.mix(hash, onTheWay);
        hash = Coded.mix(hash, straggler == null ? 0 : straggler.code(swapped));
        return Coded.mix(hash, broken == null ? 0 : broken.name().hashCode());
    }

    private boolean isOver(int operation) {
        var row = rows[operation];
        return row != null && row.isEnded();
    }
}
