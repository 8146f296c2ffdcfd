package dev.attachgateway.upstream.http;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudCallException.Unsettled;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Classifies failed exchanges by whether the call may be sent again. Pure functions.
 *
 * <p>The API gateway in front of the cloud spells its codes in two ways ({@code APIGW.} and {@code APIG.}), so only the
 * digits count; it uses one code under many statuses, so status and code are evaluated together.
 */
public final class FailureClassifier {
    private static final String TOKEN_STALE = "0307";
    private static final String THROTTLED = "0308";
    private static final String IAM_UNAVAILABLE = "0613";
    private static final String SYSTEM_BUSY = "ModelArts.6101";
    private static final Set<String> BUSY_CODES = Set.of(SYSTEM_BUSY, "ModelArts.6357");
    private static final Set<String> NOT_FOUND_CODES = Set.of("ModelArts.6404", "EVS.5404");

    /** Statuses of the 4xx range that are no refusals: timeout, too early, client closed the connection. */
    private static final Set<Integer> INCONCLUSIVE_STATUSES = Set.of(408, 425, 499);

    private FailureClassifier() {}

    /** Classifies a response that is not a success. */
    static CloudCallException fromResponse(int status, @Nullable String code, String message) {
        if (code != null && BUSY_CODES.contains(code) && status < 500) {
            return new NotStarted(Reason.BUSY, message, code, null);
        }
        if (code != null && (status == 429 || (status < 500 && isApiGatewayCode(code, THROTTLED)))) {
            return new NotStarted(Reason.THROTTLED, message, code, null);
        }
        if (status == 401 && isApiGatewayCode(code, TOKEN_STALE)) {
            return new NotStarted(Reason.TOKEN_STALE, message, code, null);
        }
        if (status == 503 && isApiGatewayCode(code, IAM_UNAVAILABLE)) {
            return new NotStarted(Reason.CREDENTIAL_SERVICE, message, code, null);
        }
        // Without the cloud's envelope the response may come from any intermediary, after the cloud executed the call.
        if (status >= 400 && status < 500 && code != null && !INCONCLUSIVE_STATUSES.contains(status)) {
            return new Refused(message, code, status == 401 || status == 403, NOT_FOUND_CODES.contains(code));
        }
        return new Unsettled("HTTP " + status + ": " + message, code, null, status);
    }

    /**
     * Whether the failure is throttling by the cloud, which is no failure of the service. This includes a 429 without
     * the cloud's envelope, although the outcome of that call is unknown.
     */
    public static boolean isThrottling(Throwable failure) {
        return switch (failure) {
            // Without a code the gateway's own rate limiter rejected the call.
            case NotStarted notStarted ->
                (notStarted.reason() == Reason.THROTTLED && notStarted.code() != null)
                        || SYSTEM_BUSY.equals(notStarted.code());
            case Unsettled unsettled -> unsettled.status() == 429;
            default -> false;
        };
    }

    /** Whether the cloud refused the credential itself, which counts towards its lockout. */
    public static boolean isCredentialRefused(CloudResponse cloudResponse) {
        return cloudResponse.status() == 401 && !isApiGatewayCode(cloudResponse.errorCode(), TOKEN_STALE);
    }

    /** Classifies a failure to get a connection: no byte of the request was sent. */
    static CloudCallException connectFailed(Throwable cause) {
        if (!(cause instanceof IOException)) {
            return new NotStarted(Reason.CROWDED, "all connections to the cloud are busy", null, cause);
        }
        return new NotStarted(Reason.UNREACHABLE, "the cloud could not be reached", null, cause);
    }

    /** Classifies a request that was sent, wholly or in part, without a response. */
    static CloudCallException responseLost(Throwable cause) {
        return new Unsettled("the request was sent, but no response was received", null, cause);
    }

    /** A successful response without the expected content; the outcome of the call is unknown. */
    public static CloudCallException unreadableResponse(int status) {
        return new Unsettled("HTTP " + status + " with an unreadable body", null, null);
    }

    private static boolean isApiGatewayCode(@Nullable String code, String digits) {
        return code != null && code.startsWith("API") && code.endsWith("." + digits);
    }
}
