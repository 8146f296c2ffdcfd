package dev.attachgateway.database;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The timeout of database statements and transactions, {@code storage.timeout}, which includes the wait for a connection. A
 * database that does not respond in time is treated as unavailable.
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

    /**
     * The result of a statement or a transaction; fails with {@link DatabaseUnavailableException} if it fails or the timeout
     * expires.
     */
    public static <T> Uni<T> limit(Uni<T> result) {
        return result.ifNoItem().after(LIMIT).fail().onFailure().transform(DatabaseUnavailableException::new);
    }
}
