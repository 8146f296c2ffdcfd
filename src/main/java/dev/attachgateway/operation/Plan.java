package dev.attachgateway.operation;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a move.
 *
 * @param next when the operation is due again for whoever carries on; null for never
 * @param intent the request that is now allowed to leave; null when none is
 * @param isSeen whether a look saw something going on
 */
record Plan(@Nullable Duration next, @Nullable Intent intent, boolean isSeen) {

    /**
     * A request that may leave once this is committed.
     *
     * @param sendWithin how long after the commit its first byte may leave
     * @param window how long after the commit the cloud may still take it
     * @param signed whether it is signed, and thereby dated
     * @param baseline the disk's attachments as the checks saw them; kept from the first request on
     */
    record Intent(Duration sendWithin, Duration window, boolean signed, JsonArray baseline) {}

    static Plan next(Duration in) {
        return new Plan(in, null, false);
    }

    static Plan rest() {
        return new Plan(null, null, false);
    }

    static Plan send(Intent intent, Duration ifInterrupted) {
        return new Plan(ifInterrupted, intent, false);
    }

    Plan seen() {
        return new Plan(next, intent, true);
    }
}
