package dev.attachgateway.operation.model;

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
    Duration sendTimeout();

    /**
     * What could not be checked or sent by then is given up. Waiting in line does not count, nor does finding out for the
     * first time what became of a request.
     */
    @WithDefault("15m")
    Duration deadline();

    /** How soon the cloud's operation is looked at; later looks are further apart. */
    @WithDefault("1s")
    Duration pollMinInterval();

    @WithDefault("10s")
    Duration pollMaxInterval();

    /** The first wait before a request that did not begin is tried again; it doubles up to {@link #pollMaxInterval}. */
    @WithDefault("500ms")
    Duration retryInitialDelay();

    /** How long EVS may lag behind the cloud's success before the operation is shown as unsettled. */
    @WithDefault("2m")
    Duration confirmationTimeout();

    /** How long the cloud's operation may go on before it is shown as unsettled; it is watched all the same. */
    @WithDefault("30m")
    Duration completionTimeout();

    /** How long a stop waits for the cloud's answers to what is being sent. */
    @WithDefault("10s")
    Duration shutdownTimeout();

    /** How often a replica looks for operations that nobody carries on with. */
    @WithDefault("1s")
    Duration takeoverInterval();

    /** Operations one replica carries at once; further ones wait in the database. */
    @WithDefault("2000")
    int maxConcurrent();

    /** How long an operation may wait in line for its server; longer than {@link #deadline}. */
    @WithDefault("6h")
    Duration queueTimeout();

    /** How often a waiting operation looks whether it is its turn, should it not be told. */
    @WithDefault("2s")
    Duration queuePollInterval();

    /** After so long in line or in wait the caller's grant is asked for again before the request is sent. */
    @WithDefault("5s")
    Duration grantRecheckAfter();

    /** How often server and disk are looked at while the outcome of a request is unknown. */
    @WithDefault("10s")
    Duration settleInterval();

    /** How many looks in a row have to see no trace of a request before it counts as not carried out. */
    @WithDefault("3")
    int settleMinReads();

    /** How long those looks have to span: longer than EVS and the server's list of disks can lag behind. */
    @WithDefault("2m")
    Duration settleQuietPeriod();
}
