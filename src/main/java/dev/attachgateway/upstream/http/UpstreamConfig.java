package dev.attachgateway.upstream.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where the cloud is and how patient the gateway is with it. One region a gateway. */
@ConfigMapping(prefix = "upstream")
public interface UpstreamConfig {
    Endpoint modelarts();

    Endpoint evs();

    Endpoint iam();

    /** A YAML file with one credential per project; re-read when it changes. */
    Optional<Path> credentialsFile();

    /** The same document as a value, for environments that hand secrets over as variables. */
    Optional<String> credentials();

    @WithDefault("5s")
    Duration connectTimeout();

    /** From the first byte sent to the last byte received. */
    @WithDefault("30s")
    Duration answerTimeout();

    /** From the last moment at which a request may be begun, how long it can still be under way. */
    default Duration longestExchange() {
        return connectTimeout().plus(answerTimeout());
    }

    /** How long a call waits, for all its turns together, before it counts as not begun. */
    @WithDefault("5s")
    Duration queueTimeout();

    /** How long a credential that was refused twice in a row is not used: five refusals lock a key for five minutes. */
    @WithDefault("6m")
    Duration credentialCooldown();

    /** A token that was just renewed because the cloud asked for it is not renewed again before this. */
    @WithDefault("1m")
    Duration tokenRenewalMinInterval();

    Bulkhead bulkhead();

    Rate rate();

    /** How far a signature's date may lie back (API Gateway documentation, "AK/SK signing": 15 minutes). */
    @WithDefault("15m")
    Duration signatureMaxAge();

    Breaker breaker();

    Retry retry();

    /** One service of the cloud. */
    interface Endpoint {
        /** Base address without a slash at its end, such as {@code https://evs.cn-north-9.myhuaweicloud.com}. */
        String url();
    }

    /** When a service counts as ill. */
    interface Breaker {
        @WithDefault("20")
        int window();

        @WithDefault("0.5")
        double failureRatio();

        /** How long it stays open before one call is let through as a probe. */
        @WithDefault("10s")
        Duration delay();
    }

    /** Calls at once; for each service. */
    interface Bulkhead {
        /** As many connections are kept. */
        @WithDefault("64")
        int maxConcurrent();

        @WithDefault("256")
        int maxWaiting();

        /** What one project may have of either. */
        @WithDefault("0.5")
        double projectShare();
    }

    /** What is learnt from being throttled; for each service and project. */
    interface Rate {
        /** Calls a second to which it falls at the lowest, unless the cloud names less. */
        @WithDefault("1")
        double min();

        /** Calls a second that are won back each second, where the cloud names no limit. */
        @WithDefault("1")
        double recoveryPerSecond();

        @WithDefault("10m")
        Duration resetAfter();
    }

    /** Repetitions within one step, for reads and for what surely did not begin. */
    interface Retry {
        @WithDefault("2")
        int maxRetries();

        /** The longest first wait; each may be anything below, and the longest doubles. */
        @WithDefault("200ms")
        Duration initialDelay();

        /** Repetitions for each first call, over all calls to a service in a project. */
        @WithDefault("0.2")
        double budgetRatio();

        /** Repetitions a second where there is hardly a first call. */
        @WithDefault("1")
        double minRetriesPerSecond();
    }
}
