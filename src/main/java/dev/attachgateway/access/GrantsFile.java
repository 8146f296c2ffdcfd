package dev.attachgateway.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The grants as the operator last wrote them without a mistake; read again when the file's content changes. */
@Startup
@Singleton
final class GrantsFile implements Grants {
    private static final Logger LOG = Logger.getLogger(GrantsFile.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final GrantsSource source;
    private final GrantsReader reader;
    private final ScheduledExecutorService lookout = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("grants-file").factory());
    private final ScheduledFuture<?> looking;
    private byte[] seen;
    private volatile GrantList grants;
    private String seenFault = "";
    private volatile String fault = "";

    @Inject
    GrantsFile(AccessConfig config, Issuers issuers, MeterRegistry meters) {
        this(
                GrantsSource.of(config.grantsFile()
                        .orElseThrow(() -> new ConfigurationException(
                                "access.grants-file is not set, so nobody may do anything: name the file of grants."))),
                new GrantsReader(issuers.names()),
                LOOK_EVERY);
        Gauge.builder("access.grants.broken", this, file -> file.broken() ? 1 : 0)
                .description("1 while the grants file is broken and the last good one is in force")
                .register(meters);
    }

    GrantsFile(GrantsSource source, GrantsReader reader, Duration lookEvery) {
        this.source = source;
        this.reader = reader;
        try {
            seen = source.read();
            grants = reader.read(seen);
        } catch (GrantsReader.Broken e) {
            lookout.shutdownNow();
            throw new ConfigurationException("The grants file " + source + " is unusable: " + e.getMessage() + ".");
        }
        LOG.infof("Grants read file=%s grants=%d", source, grants.grants().size());
        looking = lookout.scheduleWithFixedDelay(
                this::look, lookEvery.toMillis(), lookEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean anyIn(Caller caller, String projectId) {
        return grants.anyIn(caller, projectId);
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return grants.decide(caller, action, projectId, serverId, volumeId);
    }

    @Override
    public Sight sight(Caller caller, String projectId) {
        return grants.sight(caller, projectId);
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        return grants.permissions(caller, projectId);
    }

    @Override
    public Set<String> groups(Caller caller, String projectId) {
        return grants.groups(caller, projectId);
    }

    @Override
    public Object edition() {
        return grants;
    }

    /** Whether the file as it is now was refused, so that an older one is in force. */
    boolean broken() {
        return !fault.isEmpty();
    }

    @PreDestroy
    void close() {
        looking.cancel(true);
        lookout.shutdownNow();
    }

    /** Compares what the file says, not its dates: renames, symlink swaps and edits within one tick are all seen. */
    private void look() {
        String why;
        try {
            byte[] now = source.read();
            if (!Arrays.equals(now, seen)) {
                seen = now;
                seenFault = adopt(now);
            }
            why = seenFault;
        } catch (GrantsReader.Broken e) {
            why = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            why = e.toString();
        }
        if (!why.isEmpty() && !why.equals(fault)) {
            LOG.errorf("Grants file refused, the last good one stays file=%s reason=%s", source, why);
        }
        fault = why;
    }

    /** Puts the content in force, or says why not. */
    private String adopt(byte[] content) {
        try {
            grants = reader.read(content);
        } catch (GrantsReader.Broken e) {
            return String.valueOf(e.getMessage());
        }
        LOG.infof("Grants read again file=%s grants=%d", source, grants.grants().size());
        return "";
    }
}
