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

/** The access policy of the last valid version of the grants file. */
@Startup
@Singleton
final class FileAccessPolicy implements AccessPolicy {
    private final WatchedFile<GrantPolicy> file;

    @Inject
    FileAccessPolicy(GrantsConfig config, KnownIssuers issuers, MeterRegistry meters) {
        this(
                ConfigFileSource.of(config.grantsFile()
                        .orElseThrow(() -> new ConfigurationException(
                                "access.grants-file is not set, so every request would be denied."))),
                new GrantsFileParser(issuers.names()),
                config.grantsReloadInterval());
        Gauge.builder("access.grants.broken", this, grants -> grants.isBroken() ? 1 : 0)
                .description("1 while the grants file is invalid and its last valid version is in force")
                .register(meters);
    }

    FileAccessPolicy(ConfigFileSource source, GrantsFileParser parser, Duration reloadInterval) {
        file = new WatchedFile<>("grants", source, parser, reloadInterval);
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

    /** Whether the current file is invalid, so that an older version is in force. */
    boolean isBroken() {
        return file.isBroken();
    }

    @PreDestroy
    void close() {
        file.close();
    }
}
