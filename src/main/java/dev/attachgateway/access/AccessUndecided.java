package dev.attachgateway.access;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Neither yes nor no could be found out, about the credential or about the action: 503, never a pass. */
public final class AccessUndecided extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * An open question.
     *
     * @param reason a sentence fit for the caller: no address, no token
     * @param cause what stood in the way, for the log only
     */
    public AccessUndecided(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /**
     * What the database answers; fails with this if it does not within five seconds, or cannot.
     *
     * @param about what it was asked about, in the plural
     */
    static <T> Uni<T> ifUnanswered(Uni<T> answer, String about) {
        return answer.ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure()
                .transform(failure ->
                        new AccessUndecided("The database could not be asked about " + about + ".", failure));
    }
}
