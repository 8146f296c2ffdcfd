package dev.attachgateway.access.accesskey;

import jakarta.inject.Singleton;
import java.time.Duration;

/** For how long the same signed request can be let in. */
@Singleton
public class SignatureValidity {
    private final Duration maxAge;

    SignatureValidity(AccessKeyConfig config) {
        this.maxAge = config.signatureMaxAge();
    }

    /** From the first moment to the last: its date may be as far in the future as in the past. */
    public Duration replayWindow() {
        return maxAge.multipliedBy(2);
    }
}
