package dev.attachgateway.upstream.http;

import org.jspecify.annotations.Nullable;

/**
 * A call to the cloud that gave no usable answer, sorted by the one question that matters: has it surely not happened, or
 * may it still be happening?
 */
public abstract sealed class CloudCallException extends RuntimeException {
    private final @Nullable String code;

    private CloudCallException(String message, @Nullable String code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The cloud's own error code, such as {@code ModelArtsClient.6404}, where it gave one. */
    public @Nullable String code() {
        return code;
    }

    /** The code to show: the cloud's, or where it gave none, a word of the gateway's. */
    public String codeOr(String otherwise) {
        return code == null ? otherwise : code;
    }

    /** It will not happen: the cloud said no. Not ill health. */
    public static final class Refused extends CloudCallException {
        private final boolean credential;
        private final boolean notFound;

        Refused(String message, @Nullable String code, boolean credential, boolean notFound) {
            super(message, code, null);
            this.credential = credential;
            this.notFound = notFound;
        }

        /** The same refusal, of a call that was made for the credential's sake only. */
        public Refused aboutCredential() {
            return new Refused(String.valueOf(getMessage()), code(), true, false);
        }

        /** Whether the cloud objects to the gateway's own credential rather than to the request. */
        public boolean isAboutCredential() {
            return credential;
        }

        public boolean isNotFound() {
            return notFound;
        }
    }

    /** It surely did not begin, so that it may be sent again. */
    public static final class NotStarted extends CloudCallException {
        private final Why why;

        /** What kept the call from beginning. */
        public enum Why {
            UNREACHABLE,
            /** No connection was free in time: the gateway's own limit, not the cloud's health. */
            CROWDED,
            THROTTLED,
            BUSY,
            TOKEN_STALE,
            BREAKER_OPEN,
            TOO_LATE,
            CREDENTIAL_SERVICE,
            /** The gateway's credential is not used for now, or is no longer of the sort that the write was meant for. */
            CREDENTIAL
        }

        public NotStarted(Why why, String message, @Nullable String code, @Nullable Throwable cause) {
            super(message, code, cause);
            this.why = why;
        }

        public Why why() {
            return why;
        }
    }

    /** It may have happened; nothing but looking will tell. */
    public static final class Unsettled extends CloudCallException {
        private final int status;

        Unsettled(String message, @Nullable String code, @Nullable Throwable cause) {
            this(message, code, cause, 0);
        }

        Unsettled(String message, @Nullable String code, @Nullable Throwable cause, int status) {
            super(message, code, cause);
            this.status = status;
        }

        /** The answer's status; 0 where none came. */
        int status() {
            return status;
        }
    }
}
