package dev.attachgateway.operation.maintenance;

import dev.attachgateway.operation.model.OperationStep;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How long an operation may stand at a step before somebody should have a look; nothing else follows from it. */
@ConfigMapping(prefix = "operation.stuck")
public interface StuckConfig {
    @WithDefault("2m")
    Duration checking();

    @WithDefault("1h")
    Duration queued();

    /** A request takes as long as its longest exchange, and after a crash the lease and the intent's last moment. */
    @WithDefault("1m")
    Duration sending();

    /** Longer than the deadline of an operation, which ends what waits for so long. */
    @WithDefault("20m")
    Duration waiting();

    @WithDefault("30m")
    Duration following();

    @WithDefault("5m")
    Duration confirming();

    /** Longer than the cloud takes a lost request, and looking takes after that. */
    @WithDefault("30m")
    Duration unsettled();

    /** How often operations are counted, in the whole cluster and on each replica. */
    @WithDefault("10s")
    Duration checkInterval();

    /** The limit of each step that is not an end, in the order of the steps. */
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
