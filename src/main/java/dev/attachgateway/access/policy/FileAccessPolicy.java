package dev.attachgateway.access.policy;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.KnownIssuers;
import dev.attachgateway.configfile.ConfigFileSource;
import dev.attachgateway.configfile.WatchedFile;
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
final class FileAccessPolicy implements AccessPolicy {
    private final WatchedFile<GrantPolicy> file;

    @Inject
    FileAccessPolicy(GrantsConfig config, KnownIssuers issuers, MeterRegistry meters) {
        this(
                ConfigFileSource.of(config.grantsFile()
                        .orElseThrow(() -> new ConfigurationException(
                                "access.grants-file is not set, so nobody may do anything: name the file of grants."))),
                new GrantsFileParser(issuers.names()),
                config.grantsReloadInterval());
        Gauge.builder("access.grants.broken", this, grants -> grants.isBroken() ? 1 : 0)
                .description("1 while the grants file is broken and the last good one is in force")
                .register(meters);
    }

    FileAccessPolicy(ConfigFileSource source, GrantsFileParser reader, Duration lookEvery) {
        file = new WatchedFile<>("grants", source, reader, lookEvery);
    }

    @Override
    public boolean hasAnyGrant(Caller caller, String projectId) {
        return file.content().hasAnyGrant(caller, projectId);
    }

    @Override
    public Decision decide(
            Caller caller, Action action, String projectId, @Nullable String serverId, @Nullable String volumeId) {
        return file.content().decide(caller, action, projectId, serverId, volumeId);
    }

    @Override
    public ReadScope readScope(Caller caller, String projectId) {
        return file.content().readScope(caller, projectId);
    }

    @Override
    public List<Permission> permissions(Caller caller, String projectId) {
        return file.content().permissions(caller, projectId);
    }

    @Override
    public Set<String> grantedGroups(Caller caller, String projectId) {
        return file.content().grantedGroups(caller, projectId);
    }

    @Override
    public Object version() {
        return file.content();
    }

    /** Whether the file as it is now was refused, so that an older one is in force. */
    boolean isBroken() {
        return file.isBroken();
    }

    @PreDestroy
    void close() {
        file.close();
    }
}
