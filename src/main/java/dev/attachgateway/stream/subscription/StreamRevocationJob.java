package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.access.StreamAuthorization.AuthorizationStatus;
import dev.attachgateway.access.StreamAuthorizer;
import dev.attachgateway.stream.eventlog.StreamConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends streams whose credential has ended or whose grants have become less: the client comes back, and gets the true
 * answer. One look at all of them from time to time; the policy is asked only about new streams and after a change of the
 * grants, and once for all streams of the same right.
 */
@ApplicationScoped
public class StreamRevocationJob {
    private static final Logger LOG = Logger.getLogger(StreamRevocationJob.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final StreamAuthorizer streamAuthorizer;
    private final StreamConfig config;
    private final StreamMetrics metrics;
    private final Map<Object, Held> held = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long timer;

    /** Only a look uses these, and there is one at a time. */
    private @Nullable Object edition;

    private long changes;
    private boolean undecided;

    /** Why a stream was ended. */
    enum Revoked {
        EXPIRED,
        WITHDRAWN,
        UNDECIDED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A licence in use, and after which change of the grants it was found to hold. */
    private static final class Held {
        private final StreamAuthorization streamAuthorization;
        private final Runnable end;
        private long foundAt;
        private @Nullable Instant undecidedSince;

        Held(StreamAuthorization streamAuthorization, Runnable end) {
            this.streamAuthorization = streamAuthorization;
            this.end = end;
        }
    }

    StreamRevocationJob(Vertx vertx, StreamAuthorizer streamAuthorizer, StreamConfig config, StreamMetrics metrics) {
        this.vertx = vertx;
        this.streamAuthorizer = streamAuthorizer;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = vertx.setPeriodic(EVERY.toMillis(), fired -> {
            if (looking.compareAndSet(false, true)) {
                vertx.<Void>executeBlocking(
                                () -> {
                                    look();
                                    return null;
                                },
                                false)
                        .onFailure(failure -> LOG.error("licences of streams could not be looked at", failure))
                        .onComplete(done -> looking.set(false));
            }
        });
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /**
     * Watches over a stream. The grants may have changed since its licence was given, so it is asked about soon.
     *
     * @param end called once, from any thread, when the licence is over
     */
    void watch(Object stream, StreamAuthorization streamAuthorization, Runnable end) {
        held.put(stream, new Held(streamAuthorization, end));
    }

    void forget(Object stream) {
        held.remove(stream);
    }

    private void look() {
        var current = streamAuthorizer.version();
        if (!current.equals(edition)) {
            edition = current;
            changes++;
        }
        var now = Instant.now();
        var verdicts = new HashMap<StreamAuthorization.Entitlement, AuthorizationStatus>();
        var ended = new EnumMap<Revoked, Integer>(Revoked.class);
        held.forEach((stream, it) -> why(it, now, verdicts).ifPresent(why -> {
            held.remove(stream);
            it.end.run();
            metrics.revoked(why);
            ended.merge(why, 1, Integer::sum);
        }));
        if (!ended.isEmpty()) {
            LOG.infof("streams were ended: %s", ended);
        }
        warn(verdicts.containsValue(AuthorizationStatus.UNDECIDED));
    }

    private Optional<Revoked> why(
            Held it, Instant now, Map<StreamAuthorization.Entitlement, AuthorizationStatus> verdicts) {
        if (it.streamAuthorization.isExpired(now)) {
            return Optional.of(Revoked.EXPIRED);
        }
        if (it.foundAt == changes) {
            return Optional.empty();
        }
        switch (verdicts.computeIfAbsent(it.streamAuthorization.entitlement(), streamAuthorizer::currentStatus)) {
            case VALID -> {
                it.foundAt = changes;
                it.undecidedSince = null;
            }
            case REVOKED -> {
                return Optional.of(Revoked.WITHDRAWN);
            }
            case UNDECIDED -> {
                if (it.undecidedSince == null) {
                    it.undecidedSince = now;
                }
                if (!now.isBefore(it.undecidedSince.plus(config.undecidedGrace()))) {
                    return Optional.of(Revoked.UNDECIDED);
                }
            }
        }
        return Optional.empty();
    }

    private void warn(boolean undecidedNow) {
        if (undecidedNow && !undecided) {
            LOG.warnf(
                    "the access policy cannot be asked about open streams, which go on for %s",
                    config.undecidedGrace());
        }
        undecided = undecidedNow;
    }
}
