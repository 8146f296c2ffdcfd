package dev.attachgateway.operation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How operations are carried out. */
@ConfigMapping(prefix = "operation")
public interface OperationConfig {
    /** How long a replica that went silent keeps its operations. It is renewed three times in that span. */
    @WithDefault("15s")
    Duration lease();

    /** How long after the intent the first byte may leave; well inside the lease. */
    @WithDefault("5s")
    Duration sendWithin();

    /** What could not be checked or sent by then is given up. */
    @WithDefault("15m")
    Duration deadline();

    /** How soon the cloud's operation is looked at; later looks are further apart. */
    @WithDefault("1s")
    Duration pollFirst();

    @WithDefault("10s")
    Duration pollMost();

    /** The first wait before a request that did not begin is tried again; it doubles up to {@link #pollMost}. */
    @WithDefault("500ms")
    Duration retryFirst();

    /** How long EVS may lag behind the cloud's success before the operation is shown as unsettled. */
    @WithDefault("2m")
    Duration confirmWithin();

    /** How long the cloud's operation may go on before it is shown as unsettled; it is watched all the same. */
    @WithDefault("30m")
    Duration followWithin();

    /** How long a stop waits for the cloud's answers to what is being sent. */
    @WithDefault("10s")
    Duration stopWithin();

    /** How often a replica looks for operations that nobody carries on with. */
    @WithDefault("1s")
    Duration takeOverEvery();

    /** Operations one replica carries at once; further ones wait in the database. */
    @WithDefault("2000")
    int atOnce();
}
