package dev.attachgateway.inventory;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A read of a server, a disk or a list that failed although the caller is authorized. */
public class InventoryReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String cloudErrorCode;
    private final transient Optional<Duration> retryAfter;

    /** The reason of a failed read. */
    public enum Reason {
        /** The cloud knows no such server. */
        SERVER_NOT_FOUND,
        /** The cloud knows no such disk. */
        DISK_NOT_FOUND,
        /** The cloud refused the request, for example because of a filter. */
        REQUEST_REFUSED,
        /** The cloud refused the gateway's own credential. */
        CREDENTIAL_REFUSED,
        /** The cloud does not respond, or calls are paused. */
        UNAVAILABLE,
        /** The list is longer than the maximum scanned for a caller whose read scope does not include all of it. */
        LIST_TOO_LONG
    }

    InventoryReadException(Reason reason, @Nullable String code, String detail) {
        this(reason, code, detail, Optional.empty());
    }

    InventoryReadException(Reason reason, @Nullable String code, String detail, Optional<Duration> retryAfter) {
        super(detail, null, false, false);
        this.reason = reason;
        this.cloudErrorCode = code;
        this.retryAfter = retryAfter;
    }

    /** The reason of the failure. */
    public Reason reason() {
        return reason;
    }

    /** The error code of the cloud, if it sent one. */
    public @Nullable String cloudErrorCode() {
        return cloudErrorCode;
    }

    /** The delay before a retry, if known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
