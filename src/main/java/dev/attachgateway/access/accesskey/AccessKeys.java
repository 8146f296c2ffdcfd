package dev.attachgateway.access.accesskey;

import dev.attachgateway.access.authentication.CredentialSource;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.configfile.ConfigFileSource;
import dev.attachgateway.configfile.WatchedFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The access keys currently in force; none when no file is configured. */
@Startup
@Singleton
public final class AccessKeys implements CredentialSource {
    private static final AccessKeyList EMPTY = new AccessKeyList(Map.of());

    private final Optional<WatchedFile<AccessKeyList>> file;

    @Inject
    AccessKeys(AccessKeyConfig config, MeterRegistry meters) {
        this(config.keysFile().map(ConfigFileSource::secret), WatchedFile.POLL_INTERVAL);
        Gauge.builder("access.keys.broken", this, keys -> keys.isBroken() ? 1 : 0)
                .description("1 while the access key file is invalid and its last valid version is in force")
                .register(meters);
    }

    AccessKeys(Optional<ConfigFileSource> source, Duration pollInterval) {
        file = source.map(
                fileSource -> new WatchedFile<>("access keys", fileSource, AccessKeyList::read, pollInterval));
    }

    @Override
    public Set<String> issuerNames() {
        return file.isPresent() ? Set.of(AccessKey.ISSUER) : Set.of();
    }

    Optional<AccessKey> find(String id) {
        return Optional.ofNullable(currentKeys().keys().get(id));
    }

    /** A handle that is revoked when the key is removed or any of its properties change. */
    RevocationHandle revocationHandle(AccessKey key) {
        return new KeyRevocationHandle(this, key);
    }

    /** The handle with this stored name; empty when its key was removed or changed since. */
    public Optional<RevocationHandle> findRevocationHandle(String storedName) {
        return currentKeys().keys().values().stream()
                .filter(key -> storedName.startsWith(KeyRevocationHandle.NAME_PREFIX + key.id() + " "))
                .map(this::revocationHandle)
                .filter(handle -> handle.storedName().equals(storedName))
                .findFirst();
    }

    /** The version of the keys: equal to an earlier one only when the same keys are in force. */
    public Object version() {
        return currentKeys();
    }

    boolean isBroken() {
        return file.filter(WatchedFile::isBroken).isPresent();
    }

    @PreDestroy
    void close() {
        file.ifPresent(WatchedFile::close);
    }

    private AccessKeyList currentKeys() {
        return file.map(WatchedFile::content).orElse(EMPTY);
    }

    private record KeyRevocationHandle(AccessKeys keys, AccessKey key) implements RevocationHandle {
        private static final String NAME_PREFIX = "key ";

        @Override
        public String storedName() {
            return NAME_PREFIX + key.id() + " " + key.digest();
        }

        @Override
        public boolean isRevoked() {
            return !keys.find(key.id()).equals(Optional.of(key));
        }
    }
}
