package dev.attachgateway.access;

import org.jspecify.annotations.Nullable;

/** Neither yes nor no could be found out, about the credential or about the action: 503, never a pass. */
public final class AccessUndecided extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An open question.
     *
     * @param reason a sentence fit for the caller: no address, no token
     * @param cause what stood in the way, for the log only
     */
    public AccessUndecided(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
