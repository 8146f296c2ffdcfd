package dev.attachgateway.access.accesskey;

import jakarta.inject.Singleton;
import java.time.Duration;

/** The period in which the same signed request is accepted. */
@Singleton
public class SignatureValidity {
    private final Duration maxAge;

    SignatureValidity(AccessKeyConfig config) {
        this.maxAge = config.signatureMaxAge();
    }

    /** Twice the maximum age, because a signature's date may lie as far in the future as in the past. */
    public Duration replayWindow() {
        return maxAge.multipliedBy(2);
    }
}
