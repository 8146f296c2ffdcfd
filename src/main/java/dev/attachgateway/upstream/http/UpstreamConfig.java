package dev.attachgateway.upstream.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Endpoints, credentials, timeouts and limits of calls to the cloud. A gateway serves one region. */
@ConfigMapping(prefix = "upstream")
public interface UpstreamConfig {
    /** ModelArts. */
    Endpoint modelarts();

    /** Elastic Volume Service. */
    Endpoint evs();

    /** Identity and Access Management. */
    Endpoint iam();

    /** A YAML file with one credential per project; reloaded when it changes. */
    Optional<Path> credentialsFile();

    /** The same document as a value, for environments that pass secrets as variables. */
    Optional<String> credentials();

    /** Max duration of connecting. */
    @WithDefault("5s")
    Duration connectTimeout();

    /** From the first byte sent to the last byte received. */
    @WithDefault("30s")
    Duration answerTimeout();

    /** The max duration of an exchange: connecting and receiving the response. */
    default Duration longestExchange() {
        return connectTimeout().plus(answerTimeout());
    }

    /**
     * How long a call waits in all queues together (credential, rate limit, bulkhead) before it fails as not started.
     */
    @WithDefault("5s")
    Duration queueTimeout();

    /**
     * How long a credential is not used after two refusals in a row: the cloud locks a key for five minutes after five.
     */
    @WithDefault("6m")
    Duration credentialCooldown();

    /** Min interval between two token renewals that the cloud demands. */
    @WithDefault("1m")
    Duration tokenRenewalMinInterval();

    /**
     * Responses of an intermediary that it certainly gives before it forwards a request, so that the request may be sent
     * again: a status and a header, with its value if that matters. A response without the cloud's own error code that none
     * of them describes has an unknown outcome.
     *
     * @return each of the form {@code 429 x-envoy-ratelimited: true}; none by default
     */
    Optional<List<UnforwardedResponse>> unforwardedResponses();

    /** Limits of concurrent and waiting calls. */
    Bulkhead bulkhead();

    /** Limits learnt from throttling. */
    Rate rate();

    /** Max age of a signature's date (API Gateway documentation, "AK/SK signing": 15 minutes). */
    @WithDefault("15m")
    Duration signatureMaxAge();

    /** Circuit breaker. */
    Breaker breaker();

    /** Retries and their budget. */
    Retry retry();

    /** A service of the cloud. */
    interface Endpoint {
        /** Base URL without a trailing slash, such as {@code https://evs.cn-north-9.myhuaweicloud.com}. */
        String url();
    }

    /** The circuit breaker of each service. */
    interface Breaker {
        /** Number of calls over which the failure ratio is computed. */
        @WithDefault("20")
        int window();

        /** Share of failed calls at which the breaker opens. */
        @WithDefault("0.5")
        double failureRatio();

        /** How long the breaker stays open before it admits one call as a probe. */
        @WithDefault("10s")
        Duration delay();
    }

    /** The bulkhead of each service. */
    interface Bulkhead {
        /** Max concurrent calls; also the size of the connection pool. */
        @WithDefault("64")
        int maxConcurrent();

        /** Max calls that wait for a slot. */
        @WithDefault("256")
        int maxWaiting();

        /** Max share of either limit that one project may use. */
        @WithDefault("0.5")
        double projectShare();
    }

    /** The adaptive rate limit of each service and project. */
    interface Rate {
        /** Min rate in calls per second, unless the cloud states a lower limit. */
        @WithDefault("1")
        double min();

        /** Increase of the rate per second, in calls per second, if the cloud states no limit. */
        @WithDefault("1")
        double recoveryPerSecond();

        /** How long after the last throttling the limit is removed. */
        @WithDefault("10m")
        Duration resetAfter();
    }

    /** Retries within one step, of reads and of writes that certainly did not start. */
    interface Retry {
        /** Max retries of one call. */
        @WithDefault("2")
        int maxRetries();

        /** Max delay before the first retry; the max doubles with each retry, and the delay is random below it. */
        @WithDefault("200ms")
        Duration initialDelay();

        /** Retries per first attempt, over all calls to a service in a project. */
        @WithDefault("0.2")
        double budgetRatio();

        /** Retries per second that are allowed even without first attempts. */
        @WithDefault("1")
        double minRetriesPerSecond();
    }
}
