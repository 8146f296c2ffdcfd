package dev.attachgateway.operation.maintenance;

import dev.attachgateway.operation.model.OperationStep;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How long an operation may stay at a step before it is reported as stuck; nothing else depends on it. */
@ConfigMapping(prefix = "operation.stuck")
public interface StuckConfig {
    /** How long an operation may stay at the step {@code checking} before it is reported as stuck. */
    @WithDefault("2m")
    Duration checking();

    /** How long an operation may stay at the step {@code queued} before it is reported as stuck. */
    @WithDefault("1h")
    Duration queued();

    /** A request takes as long as its longest exchange; after a crash the lease and the send time-out add to it. */
    @WithDefault("1m")
    Duration sending();

    /** Longer than the deadline of an operation, which fails a waiting operation before. */
    @WithDefault("20m")
    Duration waiting();

    /** How long an operation may stay at the step {@code following} before it is reported as stuck. */
    @WithDefault("30m")
    Duration following();

    /** How long an operation may stay at the step {@code confirming} before it is reported as stuck. */
    @WithDefault("5m")
    Duration confirming();

    /** Longer than the cloud may still accept a lost request, plus the reads that settle it. */
    @WithDefault("30m")
    Duration unsettled();

    /** How often operations are counted, in the whole cluster and on each replica. */
    @WithDefault("10s")
    Duration checkInterval();

    /** The limit of each step that is not final, in the order of the steps. */
    default Map<OperationStep, Duration> limits() {
        return new EnumMap<>(Map.of(
                OperationStep.CHECKING, checking(),
                OperationStep.QUEUED, queued(),
                OperationStep.SENDING, sending(),
                OperationStep.WAITING, waiting(),
                OperationStep.FOLLOWING, following(),
                OperationStep.CONFIRMING, confirming(),
                OperationStep.UNSETTLED, unsettled()));
    }
}
