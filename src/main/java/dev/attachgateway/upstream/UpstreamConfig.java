package dev.attachgateway.upstream;

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

    /** Connections to each of the three at once; four times as many requests may wait for one. */
    @WithDefault("64")
    int connections();

    /** How far a signature's date may lie back (API Gateway documentation, "AK/SK signing": 15 minutes). */
    @WithDefault("15m")
    Duration signatureAccepted();

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

    /** Repetitions within one step, for reads and for what surely did not begin. */
    interface Retry {
        @WithDefault("2")
        int most();

        @WithDefault("200ms")
        Duration delay();

        @WithDefault("150ms")
        Duration jitter();
    }
}
