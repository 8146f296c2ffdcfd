package dev.attachgateway.access.authentication;

import dev.attachgateway.database.DatabaseTimeout;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Neither yes nor no could be found out, about the credential or about the action: 503, never a pass. */
public final class AuthorizationUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An open question.
     *
     * @param reason a sentence fit for the caller: no address, no token
     * @param cause what stood in the way, for the log only
     */
    public AuthorizationUnavailableException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /**
     * What the database answers; fails with this if it does not in time.
     *
     * @param about what it was asked about, in the plural
     */
    public static <T> Uni<T> guardDatabaseQuery(Uni<T> answer, String about) {
        return DatabaseTimeout.limit(answer)
                .onFailure()
                .transform(failure -> new AuthorizationUnavailableException(
                        "The database could not be asked about " + about + ".", failure));
    }
}
