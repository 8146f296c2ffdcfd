package dev.attachgateway.upstream.http;

import org.jspecify.annotations.Nullable;

/**
 * A call to the cloud that returned no usable response, classified by whether the call certainly has no effect or may
 * have one.
 */
public abstract sealed class CloudCallException extends RuntimeException {
    private final @Nullable String code;

    private CloudCallException(String message, @Nullable String code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The cloud's own error code, such as {@code ModelArts.6404}; null if the response contains none. */
    public @Nullable String code() {
        return code;
    }

    /** The cloud's error code, or the given one if the response contains none. */
    public String codeOrDefault(String defaultCode) {
        return code == null ? defaultCode : code;
    }

    /** The cloud refused the call, so it has no effect. Does not count as a failure of the service. */
    public static final class Refused extends CloudCallException {
        private final boolean isAboutCredential;
        private final boolean notFound;

        Refused(String message, @Nullable String code, boolean isAboutCredential, boolean notFound) {
            super(message, code, null);
            this.isAboutCredential = isAboutCredential;
            this.notFound = notFound;
        }

        /** The same refusal as one of the gateway's credential; for calls that only obtain a token. */
        public Refused asCredentialRefusal() {
            return new Refused(String.valueOf(getMessage()), code(), true, false);
        }

        /** Whether the cloud refused the gateway's own credential rather than the request. */
        public boolean isAboutCredential() {
            return isAboutCredential;
        }

        /** Whether the cloud has no server or disk with the requested id. */
        public boolean isNotFound() {
            return notFound;
        }
    }

    /** The call certainly did not start, so it may be sent again. */
    public static final class NotStarted extends CloudCallException {
        private final Reason reason;

        /** Why the call did not start. */
        public enum Reason {
            UNREACHABLE,
            /** No connection was free in time: a limit of the gateway, not a failure of the cloud. */
            CROWDED,
            /** The gateway's own rate limit, learnt from throttling, does not allow the call in time. */
            RATE_LIMITED,
            /** The cloud, or an intermediary, limits the rate of calls. */
            THROTTLED,
            /** An intermediary rejected the call before it forwarded it ({@code upstream.unforwarded-responses}). */
            UNFORWARDED,
            BUSY,
            TOKEN_STALE,
            BREAKER_OPEN,
            TOO_LATE,
            CREDENTIAL_SERVICE,
            /** The gateway's credential is locked out, unusable, or of another type than when the write was decided. */
            CREDENTIAL
        }

        /** A call that did not start, with the cloud's error code if the response contains one. */
        public NotStarted(Reason reason, String message, @Nullable String code, @Nullable Throwable cause) {
            super(message, code, cause);
            this.reason = reason;
        }

        /** Why the call did not start. */
        public Reason reason() {
            return reason;
        }
    }

    /** The outcome of the call is unknown; only a read of the cloud's state can settle it. */
    public static final class Unsettled extends CloudCallException {
        Unsettled(String message, @Nullable String code, @Nullable Throwable cause) {
            super(message, code, cause);
        }
    }
}
