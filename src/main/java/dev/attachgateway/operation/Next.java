package dev.attachgateway.operation;

import java.time.Duration;
import java.util.Optional;

/**
 * What one step left behind.
 *
 * @param operation as it stands now
 * @param after how long until its next step; empty when there is none to take
 */
record Next(Operation operation, Optional<Duration> after) {
    static Next now(Operation operation) {
        return in(operation, Duration.ZERO);
    }

    static Next in(Operation operation, Duration after) {
        return new Next(operation, Optional.of(after));
    }

    static Next none(Operation operation) {
        return new Next(operation, Optional.empty());
    }
}
