package dev.attachgateway.operation.store;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a move.
 *
 * @param nextStepDelay when the operation is due again for whoever carries on; null for never
 * @param intent the request that is now allowed to leave; null when none is
 * @param activitySeen whether a look saw something going on
 */
public record TransitionDetails(
        @Nullable Duration nextStepDelay, @Nullable SendIntent intent, boolean activitySeen) {

    /**
     * A request that may leave once this is committed.
     *
     * @param sendTimeout how long after the commit its first byte may leave
     * @param acceptanceWindow how long after the commit the cloud may still take it
     * @param signed whether it is signed, and thereby dated
     * @param baseline the disk's attachments as the checks saw them; kept from the first request on
     */
    public record SendIntent(Duration sendTimeout, Duration acceptanceWindow, boolean signed, JsonArray baseline) {}

    public static TransitionDetails nextStepIn(Duration in) {
        return new TransitionDetails(in, null, false);
    }

    public static TransitionDetails noNextStep() {
        return new TransitionDetails(null, null, false);
    }

    public static TransitionDetails forSend(SendIntent intent, Duration ifInterrupted) {
        return new TransitionDetails(ifInterrupted, intent, false);
    }

    public TransitionDetails withActivitySeen() {
        return new TransitionDetails(nextStepDelay, intent, true);
    }
}
