package dev.attachgateway.inventory;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a server, a disk or a list of them cannot be shown, though the caller may see it. */
public class InventoryReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String cloudErrorCode;
    private final transient Optional<Duration> retryAfter;

    /** The sorts of reasons. */
    public enum Reason {
        /** The cloud knows no such server. */
        SERVER_NOT_FOUND,
        /** The cloud knows no such disk. */
        DISK_NOT_FOUND,
        /** The cloud refused the request, a filter for instance. */
        REQUEST_REFUSED,
        /** The cloud refused the gateway's own credential. */
        CREDENTIAL_REFUSED,
        /** The cloud does not answer, or is not asked for now. */
        UNAVAILABLE,
        /** There are more than are looked through for a caller who may not see all. */
        LIST_TOO_LONG
    }

    InventoryReadException(Reason reason, @Nullable String code, String sentence) {
        this(reason, code, sentence, Optional.empty());
    }

    InventoryReadException(Reason reason, @Nullable String code, String sentence, Optional<Duration> retryAfter) {
        super(sentence, null, false, false);
        this.reason = reason;
        this.cloudErrorCode = code;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** The cloud's own code, where it gave one. */
    public @Nullable String cloudErrorCode() {
        return cloudErrorCode;
    }

    /** When to ask again, where that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
