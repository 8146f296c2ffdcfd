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

/** The access keys that count at this moment; none where the operator named no file. */
@Startup
@Singleton
public final class AccessKeys implements CredentialSource {
    private static final AccessKeyList EMPTY = new AccessKeyList(Map.of());

    private final Optional<WatchedFile<AccessKeyList>> file;

    @Inject
    AccessKeys(AccessKeyConfig config, MeterRegistry meters) {
        this(config.keysFile().map(ConfigFileSource::secret), WatchedFile.POLL_INTERVAL);
        Gauge.builder("access.keys.broken", this, keys -> keys.isBroken() ? 1 : 0)
                .description("1 while the file of access keys is broken and the last good one is in force")
                .register(meters);
    }

    AccessKeys(Optional<ConfigFileSource> source, Duration lookEvery) {
        file = source.map(it -> new WatchedFile<>("access keys", it, AccessKeyList::read, lookEvery));
    }

    @Override
    public Set<String> issuerNames() {
        return file.isPresent() ? Set.of(AccessKey.ISSUER) : Set.of();
    }

    Optional<AccessKey> find(String name) {
        return Optional.ofNullable(currentKeys().keys().get(name));
    }

    /** A licence's hold on the key, which is lost with the key, and with any change of what it stands for. */
    RevocationHandle revocationHandle(AccessKey key) {
        return new KeyRevocationHandle(this, key);
    }

    /** A hold on the key of this name; empty when there is none any more, or it stands for something else. */
    public Optional<RevocationHandle> findRevocationHandle(String name) {
        return currentKeys().keys().values().stream()
                .filter(key -> name.startsWith(KeyRevocationHandle.NAME_PREFIX + key.id() + " "))
                .map(this::revocationHandle)
                .filter(hold -> hold.storedName().equals(name))
                .findFirst();
    }

    /** Equal to an earlier one only when the same keys count. */
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
