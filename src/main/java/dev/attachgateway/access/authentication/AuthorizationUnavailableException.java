package dev.attachgateway.access.authentication;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Authentication or authorization could not be decided: 503; the request is never let through. */
public final class AuthorizationUnavailableException extends ProblemException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param reason a sentence for the caller, without addresses or tokens
     * @param cause the failure, for the log only
     */
    public AuthorizationUnavailableException(String reason, @Nullable Throwable cause) {
        super(ProblemBuilder.of(ProblemType.ACCESS_UNDECIDED, reason), reason, cause);
    }

    /**
     * Limits the time of a database query; a failure or a timeout becomes an {@link AuthorizationUnavailableException}.
     *
     * @param subject the queried entities, in the plural, for the message
     */
    public static <T> Uni<T> guardDatabaseQuery(Uni<T> result, String subject) {
        return DatabaseTimeout.limit(result)
                .onFailure()
                .transform(failure -> new AuthorizationUnavailableException(
                        "The database query for " + subject + " failed.", failure));
    }
}
