package dev.attachgateway.stream;

import io.vertx.core.Context;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The watchers of one audience whose connections are on one event loop. The tail gives them changes and lets them in and
 * out; the loop does so in the same order, so that each hears exactly what was told after it was let in.
 */
final class Row {
    private final Context loop;

    /** Those let in, as the tail knows it; belongs to the tail's thread. */
    private final Set<Watcher> members = new LinkedHashSet<>();

    /** The same a moment later; belongs to the loop. */
    private final Set<Watcher> present = new LinkedHashSet<>();

    /** Told, and the loop has not come to it yet; guarded by this. */
    private @Nullable Batch gathering;

    Row(Context loop) {
        this.loop = loop;
    }

    Set<Watcher> members() {
        return members;
    }

    void join(Watcher watcher) {
        if (members.add(watcher)) {
            // What was told before is not for the watcher, what comes is: they must not be one batch.
            seal();
            loop.runOnContext(nothing -> present.add(watcher));
        }
    }

    /** Whether it was there. */
    boolean leave(Watcher watcher) {
        if (!members.remove(watcher)) {
            return false;
        }
        loop.runOnContext(nothing -> present.remove(watcher));
        return true;
    }

    /** Tells all of them; changes that come before the loop has time for them go out together. */
    synchronized void tell(Change change) {
        if (gathering == null || gathering.isFull()) {
            var batch = new Batch();
            gathering = batch;
            loop.runOnContext(nothing -> deliver(batch));
        }
        gathering.add(change);
    }

    private synchronized void seal() {
        gathering = null;
    }

    private synchronized void seal(Batch batch) {
        if (gathering == batch) {
            gathering = null;
        }
    }

    private void deliver(Batch batch) {
        seal(batch);
        try {
            present.forEach(watcher -> watcher.changed(batch));
        } finally {
            batch.done();
        }
    }
}
