package dev.attachgateway.access;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The access keys that count at this moment; none where the operator named no file. */
@Startup
@Singleton
final class AccessKeys {
    private static final AccessKeyList NONE = new AccessKeyList(Map.of());

    private final Optional<WatchedFile<AccessKeyList>> file;

    @Inject
    AccessKeys(AccessConfig config, MeterRegistry meters) {
        this(config.keysFile().map(FileSource::secret), WatchedFile.LOOK_EVERY);
        Gauge.builder("access.keys.broken", this, keys -> keys.broken() ? 1 : 0)
                .description("1 while the file of access keys is broken and the last good one is in force")
                .register(meters);
    }

    AccessKeys(Optional<FileSource> source, Duration lookEvery) {
        file = source.map(it -> new WatchedFile<>("access keys", it, AccessKeyList::read, lookEvery));
    }

    Optional<AccessKey> find(String name) {
        return Optional.ofNullable(list().keys().get(name));
    }

    /** A licence's hold on the key, which is lost with the key, and with any change of what it stands for. */
    Revocable revocable(AccessKey key) {
        return new Hold(this, key);
    }

    /** A hold on the key of this name; empty when there is none any more, or it stands for something else. */
    Optional<Revocable> named(String name) {
        return list().keys().values().stream()
                .filter(key -> name.startsWith(Hold.NAME + key.name() + " "))
                .map(this::revocable)
                .filter(hold -> hold.name().equals(name))
                .findFirst();
    }

    /** Equal to an earlier one only when the same keys count. */
    Object edition() {
        return list();
    }

    boolean broken() {
        return file.filter(WatchedFile::broken).isPresent();
    }

    @PreDestroy
    void close() {
        file.ifPresent(WatchedFile::close);
    }

    private AccessKeyList list() {
        return file.map(WatchedFile::content).orElse(NONE);
    }

    private record Hold(AccessKeys keys, AccessKey key) implements Revocable {
        private static final String NAME = "key ";

        @Override
        public String name() {
            return NAME + key.name() + " " + key.digest();
        }

        @Override
        public boolean isRevoked() {
            return !keys.find(key.name()).equals(Optional.of(key));
        }
    }
}
