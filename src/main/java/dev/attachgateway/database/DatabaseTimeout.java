package dev.attachgateway.database;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The longest wait for an answer of the database, {@code storage.timeout}; the wait for a connection counts. A database that
 * does not answer in time is treated like one that is away.
 */
public final class DatabaseTimeout {
    private static final String KEY = "storage.timeout";
    private static final Duration LIMIT = validated(
            ConfigProvider.getConfig().getOptionalValue(KEY, Duration.class).orElse(Duration.ofSeconds(5)));

    private DatabaseTimeout() {}

    private static Duration validated(Duration limit) {
        if (!limit.isPositive()) {
            throw new ConfigurationException(KEY + " must be positive, such as 5s.");
        }
        return limit;
    }

    /** The answer of a statement or a transaction; fails with {@link DatabaseUnavailableException} without one in time. */
    public static <T> Uni<T> limit(Uni<T> answer) {
        return answer.ifNoItem().after(LIMIT).fail().onFailure().transform(DatabaseUnavailableException::new);
    }
}
