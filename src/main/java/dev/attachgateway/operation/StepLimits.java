package dev.attachgateway.operation;

import dev.attachgateway.upstream.UpstreamConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How long an operation may stand at a step before it counts as stuck: what should have happened by then, and a take-over. */
@ApplicationScoped
class StepLimits {
    private final OperationConfig config;
    private final UpstreamConfig upstream;

    StepLimits(OperationConfig config, UpstreamConfig upstream) {
        this.config = config;
        this.upstream = upstream;
    }

    /** After the deadline of what was not sent: whoever carries on would have given it up. */
    Duration afterDeadline() {
        return slack();
    }

    Duration sending() {
        return config.sendWithin()
                .plus(upstream.connectTimeout())
                .plus(upstream.answerTimeout())
                .plus(Attempt.MARGIN)
                .plus(slack());
    }

    Duration following() {
        return config.followWithin().plus(slack());
    }

    Duration confirming() {
        return config.confirmWithin().plus(slack());
    }

    /** For a replica that went silent, and for the one that takes over, to come to it. */
    private Duration slack() {
        return config.lease().plus(config.takeOverEvery()).plus(config.pollMost());
    }
}
