package dev.attachgateway.database;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The longest wait for an answer of the database, {@code storage.timeout}; the wait for a connection counts. A database that
 * does not answer in time is treated like one that is unavailable.
 */
@Startup
@Singleton
public final class DatabaseTimeout {
    private static final String KEY = "storage.timeout";
    private static final Duration DEFAULT = Duration.ofSeconds(5);

    /** Fails the start on an invalid setting, before any statement needs it. */
    DatabaseTimeout() {
        read();
    }

    /** Initialised by the first statement, also outside of the application. */
    private static final class Limit {
        private static final Duration VALUE = read();
    }

    private static Duration read() {
        try {
            return validated(ConfigProvider.getConfig()
                    .getOptionalValue(KEY, Duration.class)
                    .orElse(DEFAULT));
        } catch (IllegalArgumentException _) {
            // Without the cause, for which Quarkus would print its stack trace instead of this message.
            throw new ConfigurationException(KEY + " is not a duration such as 5s.");
        }
    }

    static Duration validated(Duration limit) {
        if (!limit.isPositive()) {
            throw new ConfigurationException(KEY + " must be positive, such as 5s.");
        }
        return limit;
    }

    /** The answer of a statement or a transaction; fails with {@link DatabaseUnavailableException} without one in time. */
    public static <T> Uni<T> limit(Uni<T> answer) {
        return answer.ifNoItem().after(Limit.VALUE).fail().onFailure().transform(DatabaseUnavailableException::new);
    }
}
