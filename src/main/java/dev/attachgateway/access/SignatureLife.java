package dev.attachgateway.access;

import jakarta.inject.Singleton;
import java.time.Duration;

/** For how long the same signed request can be let in. */
@Singleton
public class SignatureLife {
    private final Duration accepted;

    SignatureLife(AccessConfig config) {
        this.accepted = config.signatureAccepted();
    }

    /** From the first moment to the last: its date may be as far in the future as in the past. */
    public Duration longest() {
        return accepted.multipliedBy(2);
    }
}
