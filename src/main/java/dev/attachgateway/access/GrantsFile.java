package dev.attachgateway.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The grants as the operator last wrote them without a mistake. */
@Startup
@Singleton
final class GrantsFile implements Grants {
    private final WatchedFile<GrantList> file;

    @Inject
    GrantsFile(AccessConfig config, Issuers issuers, MeterRegistry meters) {
        this(
                FileSource.of(config.grantsFile()
                        .orElseThrow(() -> new ConfigurationException(
                                "access.grants-file is not set, so nobody may do anything: name the file of grants."))),
                new GrantsReader(issuers.names()),
                config.grantsEvery());
        Gauge.builder("access.grants.broken", this, grants -> grants.broken() ? 1 : 0)
                .description("1 while the grants file is broken and the last good one is in force")
                .register(meters);
    }

    GrantsFile(FileSource source, GrantsReader reader, Duration lookEvery) {
        file = new WatchedFile<>("grants", source, reader, lookEvery);
    }

    @Override
    public boolean anyIn(Caller caller, String projectId) {
        return file.content().anyIn(caller, projectId);
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return file.content().decide(caller, action, projectId, serverId, volumeId);
    }

    @Override
    public Sight sight(Caller caller, String projectId) {
        return file.content().sight(caller, projectId);
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        return file.content().permissions(caller, projectId);
    }

    @Override
    public Set<String> groups(Caller caller, String projectId) {
        return file.content().groups(caller, projectId);
    }

    @Override
    public Object edition() {
        return file.content();
    }

    /** Whether the file as it is now was refused, so that an older one is in force. */
    boolean broken() {
        return file.broken();
    }

    @PreDestroy
    void close() {
        file.close();
    }
}
