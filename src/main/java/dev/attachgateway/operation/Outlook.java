package dev.attachgateway.operation;

import dev.attachgateway.operation.Reservations.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request would come upon if it were sent now.
 *
 * @param keyReused that its idempotency key was used for another request, if it was
 * @param standing the operation that it would be answered with, or that has the disk
 * @param ahead how many operations are under way or wait on the server
 * @param paused whether an operator has paused all sends of the project
 */
public record Outlook(
        Optional<KeyReused> keyReused, Optional<Outcome> standing, int ahead, boolean paused, Seen server, Seen disk) {

    /**
     * A server or a disk as it was seen.
     *
     * @param isGood null when that could not be found out
     * @param found one sentence
     * @param failure what the request would be refused with, or why nothing could be found out; empty when all is good
     */
    public record Seen(@Nullable Boolean isGood, String found, Optional<Failure> failure) {}
}
