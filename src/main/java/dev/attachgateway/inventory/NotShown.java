package dev.attachgateway.inventory;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a server, a disk or a list of them cannot be shown, though the caller may see it. */
public class NotShown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Why why;
    private final @Nullable String code;
    private final transient Optional<Duration> retryAfter;

    /** The sorts of reasons. */
    public enum Why {
        /** The cloud knows no such server. */
        SERVER_NOT_FOUND,
        /** The cloud knows no such disk. */
        DISK_NOT_FOUND,
        /** The cloud refused the request, a filter for instance. */
        REFUSED,
        /** The cloud refused the gateway's own credential. */
        CREDENTIAL,
        /** The cloud does not answer, or is not asked for now. */
        UNAVAILABLE,
        /** There are more than are looked through for a caller who may not see all. */
        LIST_TOO_LONG
    }

    NotShown(Why why, @Nullable String code, String sentence) {
        this(why, code, sentence, Optional.empty());
    }

    NotShown(Why why, @Nullable String code, String sentence, Optional<Duration> retryAfter) {
        super(sentence, null, false, false);
        this.why = why;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public Why why() {
        return why;
    }

    /** The cloud's own code, where it gave one. */
    public @Nullable String code() {
        return code;
    }

    /** When to ask again, where that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
