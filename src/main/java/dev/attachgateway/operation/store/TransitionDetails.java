package dev.attachgateway.operation.store;

import io.vertx.core.json.JsonArray;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The details of a transition.
 *
 * @param nextStepDelay the delay until the operation is due again; null for never
 * @param intent the request that may be sent after the commit; null if there is none
 * @param activitySeen whether a read saw the disk change
 */
public record TransitionDetails(
        @Nullable Duration nextStepDelay, @Nullable SendIntent intent, boolean activitySeen) {

    /**
     * A request that may be sent after the commit.
     *
     * @param sendTimeout how long after the commit its first byte may leave
     * @param acceptanceWindow how long after the commit the cloud may still accept it
     * @param signed whether it is signed, and thereby dated
     * @param baseline the disk's attachments at the check of the preconditions; that of the first request is kept
     */
    public record SendIntent(Duration sendTimeout, Duration acceptanceWindow, boolean signed, JsonArray baseline) {}

    /** The operation is due again after a delay. */
    public static TransitionDetails nextStepIn(Duration delay) {
        return new TransitionDetails(delay, null, false);
    }

    /** The operation is not due again. */
    public static TransitionDetails noNextStep() {
        return new TransitionDetails(null, null, false);
    }

    /** A request may be sent; the operation is due again after the delay if the send is interrupted. */
    public static TransitionDetails forSend(SendIntent intent, Duration takeoverDelay) {
        return new TransitionDetails(takeoverDelay, intent, false);
    }

    /** The same details with {@link #activitySeen} set. */
    public TransitionDetails withActivitySeen() {
        return new TransitionDetails(nextStepDelay, intent, true);
    }
}
