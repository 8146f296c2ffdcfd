package dev.attachgateway.stream.subscription;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.access.StreamAuthorization.AuthorizationStatus;
import dev.attachgateway.access.StreamAuthorizer;
import dev.attachgateway.schedule.JobScheduler;
import dev.attachgateway.stream.eventlog.StreamConfig;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends streams whose credential has expired or whose grants were reduced: the client reconnects and gets the current
 * decision. One periodic check of all streams; the policy decides only about new streams and after a change of the
 * grants, and once for all streams of the same entitlement.
 */
@ApplicationScoped
public class StreamRevocationJob {
    private static final Logger LOG = Logger.getLogger(StreamRevocationJob.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    private final JobScheduler scheduler;
    private final StreamAuthorizer streamAuthorizer;
    private final StreamConfig config;
    private final StreamMetrics metrics;
    private final Map<Object, WatchedStream> watched = new ConcurrentHashMap<>();
    private final ReentrantLock checking = new ReentrantLock();

    /** Used only by a check, of which only one runs at a time. */
    private @Nullable Object policyVersion;

    private long policyChanges;
    private boolean undecided;

    /** The reason for which a stream was ended. */
    enum RevocationReason {
        EXPIRED,
        WITHDRAWN,
        UNDECIDED;

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An authorization in use, and the change of the grants after which it was last found valid. */
    private static final class WatchedStream {
        private final StreamAuthorization streamAuthorization;
        private final Runnable end;
        private long confirmedAt;
        private @Nullable Instant undecidedSince;

        WatchedStream(StreamAuthorization streamAuthorization, Runnable end) {
            this.streamAuthorization = streamAuthorization;
            this.end = end;
        }
    }

    StreamRevocationJob(
            JobScheduler scheduler, StreamAuthorizer streamAuthorizer, StreamConfig config, StreamMetrics metrics) {
        this.scheduler = scheduler;
        this.streamAuthorizer = streamAuthorizer;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule(
                "stream-revocation",
                INTERVAL,
                TIME_LIMIT,
                () -> Uni.createFrom()
                        .voidItem()
                        .emitOn(Infrastructure.getDefaultWorkerPool())
                        .invoke(this::checkExclusively));
    }

    /**
     * Watches a stream. The grants may have changed since it was authorized, so the next check includes it.
     *
     *
     * @param end called once, from any thread, when the authorization has ended
     */
    void watch(Object stream, StreamAuthorization streamAuthorization, Runnable end) {
        watched.put(stream, new WatchedStream(streamAuthorization, end));
    }

    void forget(Object stream) {
        watched.remove(stream);
    }

    /** The time limit ends the wait for a policy that blocks, but not its thread. */
    void checkExclusively() {
        if (!checking.tryLock()) {
            throw new IllegalStateException("the policy has not returned from an earlier check of the streams");
        }
        try {
            check();
        } finally {
            checking.unlock();
        }
    }

    private void check() {
        var current = streamAuthorizer.version();
        if (!current.equals(policyVersion)) {
            policyVersion = current;
            policyChanges++;
        }
        var now = Instant.now();
        var statuses = new HashMap<StreamAuthorization.Entitlement, AuthorizationStatus>();
        var ended = new EnumMap<RevocationReason, Integer>(RevocationReason.class);
        watched.forEach((key, stream) -> reasonToEnd(stream, now, statuses).ifPresent(reason -> {
            watched.remove(key);
            stream.end.run();
            metrics.revoked(reason);
            ended.merge(reason, 1, Integer::sum);
        }));
        if (!ended.isEmpty()) {
            LOG.infof("streams were ended: %s", ended);
        }
        warnIfUndecided(statuses.containsValue(AuthorizationStatus.UNDECIDED));
    }

    private Optional<RevocationReason> reasonToEnd(
            WatchedStream stream, Instant now, Map<StreamAuthorization.Entitlement, AuthorizationStatus> statuses) {
        if (stream.streamAuthorization.isExpired(now)) {
            return Optional.of(RevocationReason.EXPIRED);
        }
        if (stream.confirmedAt == policyChanges) {
            return Optional.empty();
        }
        switch (statuses.computeIfAbsent(stream.streamAuthorization.entitlement(), streamAuthorizer::currentStatus)) {
            case VALID -> {
                stream.confirmedAt = policyChanges;
                stream.undecidedSince = null;
            }
            case REVOKED -> {
                return Optional.of(RevocationReason.WITHDRAWN);
            }
            case UNDECIDED -> {
                if (stream.undecidedSince == null) {
                    stream.undecidedSince = now;
                }
                if (!now.isBefore(stream.undecidedSince.plus(config.undecidedGrace()))) {
                    return Optional.of(RevocationReason.UNDECIDED);
                }
            }
        }
        return Optional.empty();
    }

    private void warnIfUndecided(boolean undecidedNow) {
        if (undecidedNow && !undecided) {
            LOG.warnf("access policy unavailable, open streams continue for %s", config.undecidedGrace());
        }
        undecided = undecidedNow;
    }
}
