package dev.attachgateway.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a stream writes next on its way from where its client stopped to the present. */
sealed interface Step {
    /**
     * Begin anew: how things stand.
     *
     * @param reason why the client's history is not continued; null when it has none
     * @param latest the latest event of each operation, in order
     * @param head the project's newest position at that moment
     * @param most null when the snapshot is whole, else how many operations it was cut off at
     */
    record Snapshot(
            @Nullable String reason,
            List<Change> latest,
            long head,
            @Nullable Integer most) implements Step {}

    /**
     * A part of what was missed.
     *
     * @param upTo everything up to this position is told then
     */
    record Page(List<Change> changes, long upTo) implements Step {}

    /** Nothing was missed, and each change comes as it is made. */
    record Live() implements Step {}

    /** The client has seen the end. */
    record Over() implements Step {}
}
