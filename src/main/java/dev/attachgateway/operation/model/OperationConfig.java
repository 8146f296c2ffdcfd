package dev.attachgateway.operation.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Configuration of the execution of operations. */
@ConfigMapping(prefix = "operation")
public interface OperationConfig {
    /** The duration of a lease, after which another replica may take over. It is renewed three times in that span. */
    @WithDefault("15s")
    Duration lease();

    /** How long after the commit of the intent the first byte may leave; well inside the lease. */
    @WithDefault("5s")
    Duration sendTimeout();

    /**
     * The time after which an operation that could not be checked or sent is abandoned. Time in the server queue does not
     * count, nor does the first settlement of an unknown outcome.
     */
    @WithDefault("15m")
    Duration deadline();

    /** The delay before the first poll of the cloud's operation; later polls are further apart. */
    @WithDefault("1s")
    Duration pollMinInterval();

    /** The longest interval between two polls, and the longest wait before a retry. */
    @WithDefault("10s")
    Duration pollMaxInterval();

    /** The first wait before the retry of a request that did not begin; it doubles up to {@link #pollMaxInterval}. */
    @WithDefault("500ms")
    Duration retryInitialDelay();

    /** How long EVS may lag behind the cloud's success before the operation becomes unsettled. */
    @WithDefault("2m")
    Duration confirmationTimeout();

    /** How long the cloud's operation may run before the operation becomes unsettled; polling continues. */
    @WithDefault("30m")
    Duration completionTimeout();

    /** How long a shutdown waits for the cloud's responses to requests in flight. */
    @WithDefault("10s")
    Duration shutdownTimeout();

    /** How often a replica queries for operations without a valid lease. */
    @WithDefault("1s")
    Duration takeoverInterval();

    /** The maximum number of operations that one replica executes at once; further ones wait in the database. */
    @WithDefault("2000")
    int maxConcurrent();

    /** How long an operation may wait in the queue of its server; longer than {@link #deadline}. */
    @WithDefault("6h")
    Duration queueTimeout();

    /** How often a queued operation checks its queue position, in case a notification is lost. */
    @WithDefault("2s")
    Duration queuePollInterval();

    /** The age of an operation from which the caller's grant is checked again before the request is sent. */
    @WithDefault("5s")
    Duration grantRecheckAfter();

    /** How often server and disk are read while the outcome of a request is unknown. */
    @WithDefault("10s")
    Duration settleInterval();

    /** How many consecutive reads without a trace of a request are needed before it counts as not applied. */
    @WithDefault("3")
    int settleMinReads();

    /** How long those reads have to span: longer than EVS and the server's list of disks can lag behind. */
    @WithDefault("2m")
    Duration settleQuietPeriod();
}
