package dev.attachgateway.upstream.http;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudCallException.Unsettled;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what happened on the wire by whether the call may be sent again. Pure: the same facts give the same answer.
 *
 * <p>The API gateway in front of the cloud uses one family of codes in two spellings ({@code APIGW.} and {@code APIG.}),
 * so only the digits count; and one code under many statuses, so status and code are looked at together.
 */
public final class FailureClassifier {
    private static final String TOKEN_STALE = "0307";
    private static final String THROTTLED = "0308";
    private static final String IAM_UNAVAILABLE = "0613";
    private static final String SYSTEM_BUSY = "ModelArts.6101";
    private static final Set<String> BUSY = Set.of(SYSTEM_BUSY, "ModelArts.6357");
    private static final Set<String> NOT_FOUND = Set.of("ModelArts.6404", "EVS.5404");

    /** Refusals by their number that say nothing of the sort: a time-out, too early, a client that went away. */
    private static final Set<Integer> UNDECIDED = Set.of(408, 425, 499);

    private FailureClassifier() {}

    /** An answer that was not a success. */
    static CloudCallException answered(int status, @Nullable String code, String message) {
        if (code != null && BUSY.contains(code) && status < 500) {
            return new NotStarted(Why.BUSY, message, code, null);
        }
        if (code != null && (status == 429 || (status < 500 && isFront(code, THROTTLED)))) {
            return new NotStarted(Why.THROTTLED, message, code, null);
        }
        if (status == 401 && isFront(code, TOKEN_STALE)) {
            return new NotStarted(Why.TOKEN_STALE, message, code, null);
        }
        if (status == 503 && isFront(code, IAM_UNAVAILABLE)) {
            return new NotStarted(Why.CREDENTIAL_SERVICE, message, code, null);
        }
        // Without the cloud's envelope the answer may come from anything on the way, after the cloud had acted.
        if (status >= 400 && status < 500 && code != null && !UNDECIDED.contains(status)) {
            return new Refused(message, code, status == 401 || status == 403, NOT_FOUND.contains(code));
        }
        return new Unsettled("HTTP " + status + ": " + message, code, null, status);
    }

    /** Whether the cloud wants fewer calls; it is not ill. A 429 without its envelope says so too, though not what became of the call. */
    public static boolean isThrottling(Throwable failure) {
        return switch (failure) {
            // Without a code it is the gateway's own limit that has spoken.
            case NotStarted notStarted ->
                (notStarted.why() == Why.THROTTLED && notStarted.code() != null)
                        || SYSTEM_BUSY.equals(notStarted.code());
            case Unsettled unsettled -> unsettled.status() == 429;
            default -> false;
        };
    }

    /** Whether the cloud objects to the credential itself, as which it counts before it locks it. */
    public static boolean isBadCredential(CloudResponse cloudResponse) {
        return cloudResponse.status() == 401 && !isFront(cloudResponse.errorCode(), TOKEN_STALE);
    }

    /** No connection could be had: no byte of the request left. */
    static CloudCallException notConnected(Throwable cause) {
        if (!(cause instanceof IOException)) {
            return new NotStarted(Why.CROWDED, "all connections to the cloud are busy", null, cause);
        }
        return new NotStarted(Why.UNREACHABLE, "the cloud could not be reached", null, cause);
    }

    /** The request left, wholly or in part, and no answer came. */
    static CloudCallException lost(Throwable cause) {
        return new Unsettled("the request was sent and its answer did not arrive", null, cause);
    }

    /** A success that does not say what it should. */
    public static CloudCallException unreadable(int status) {
        return new Unsettled("HTTP " + status + " with a body that cannot be read", null, null);
    }

    private static boolean isFront(@Nullable String code, String digits) {
        return code != null && code.startsWith("API") && code.endsWith("." + digits);
    }
}
