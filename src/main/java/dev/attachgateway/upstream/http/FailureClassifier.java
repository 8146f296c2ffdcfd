package dev.attachgateway.upstream.http;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudCallException.Unsettled;
import java.io.IOException;
import java.util.Set;

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
    private static final String CINDER_NOT_FOUND = "itemNotFound";

    /** The codes of a 403 about the authentication or the permissions of the credential (CONTRACT, "Errors" and "EVS"). */
    private static final Set<String> CREDENTIAL_CODES = Set.of(
            "ModelArts.0108",
            "ModelArts.0112",
            "ModelArts.0203",
            "ModelArts.0206",
            "ModelArts.0210",
            "EVS.0003",
            "EVS.5403");

    /** The same of the API gateway: user, app, API or project denied, the address of the gateway, the user disabled. */
    private static final Set<String> API_GATEWAY_CREDENTIAL_CODES =
            Set.of("0301", "0302", "0304", "0306", "0310", "0401", "0402", "0802");

    /** Statuses of the 4xx range that are no refusals: timeout, too early, client closed the connection. */
    private static final Set<Integer> INCONCLUSIVE_STATUSES = Set.of(408, 425, 499);

    private FailureClassifier() {}

    /**
     * Classifies a response that is not a success. Only the cloud's own errors are conclusive: any other response may come
     * from an intermediary, after the cloud executed the call.
     *
     * @param read whether the call is free of side effects
     */
    static CloudCallException fromResponse(CloudService service, CloudResponse response, boolean read) {
        return CloudError.find(service, response.status(), response.body())
                .map(error -> fromCloudError(response.status(), error))
                .orElseGet(() -> fromIntermediary(response, read));
    }

    private static CloudCallException fromCloudError(int status, CloudError error) {
        var code = error.code();
        var message = messageOf(status, error.message());
        if (BUSY_CODES.contains(code) && status < 500) {
            return new NotStarted(Reason.BUSY, message, code, null);
        }
        if (status == 429 || (status < 500 && isApiGatewayCode(code, THROTTLED))) {
            return new NotStarted(Reason.THROTTLED, message, code, null);
        }
        if (status == 401 && isApiGatewayCode(code, TOKEN_STALE)) {
            return new NotStarted(Reason.TOKEN_STALE, message, code, null);
        }
        if (status == 503 && isApiGatewayCode(code, IAM_UNAVAILABLE)) {
            return new NotStarted(Reason.CREDENTIAL_SERVICE, message, code, null);
        }
        if (status >= 400 && status < 500 && !INCONCLUSIVE_STATUSES.contains(status)) {
            var isNotFound = NOT_FOUND_CODES.contains(code) || (status == 404 && code.equals(CINDER_NOT_FOUND));
            return new Refused(message, code, isAboutCredential(status, code), isNotFound);
        }
        return new Unsettled("HTTP " + status + ": " + message, code, null);
    }

    /** A refusal for quota, a frozen disk or a policy of the disk concerns the caller, unlike one of the credential. */
    private static boolean isAboutCredential(int status, String code) {
        return status == 401
                || (status == 403
                        && (CREDENTIAL_CODES.contains(code)
                                || API_GATEWAY_CREDENTIAL_CODES.stream()
                                        .anyMatch(digits -> isApiGatewayCode(code, digits))));
    }

    private static CloudCallException fromIntermediary(CloudResponse response, boolean read) {
        var message = "HTTP " + response.status() + " without an error of the cloud";
        if (response.isUnforwarded()) {
            return new NotStarted(
                    response.status() == 429 ? Reason.THROTTLED : Reason.UNFORWARDED, message, null, null);
        }
        // A throttled read has no effect, and an intermediary that limits reads is no failure of the service.
        return read && response.status() == 429
                ? new NotStarted(Reason.THROTTLED, message, null, null)
                : new Unsettled(message, null, null);
    }

    private static String messageOf(int status, String message) {
        var sanitized = CloudResponse.sanitize(message);
        return sanitized.isEmpty() ? "HTTP " + status + " without a message" : sanitized;
    }

    /** Whether the failure is throttling by the cloud or an intermediary, which is no failure of the service. */
    public static boolean isThrottling(Throwable failure) {
        return failure instanceof NotStarted notStarted
                && (notStarted.reason() == Reason.THROTTLED || SYSTEM_BUSY.equals(notStarted.code()));
    }

    /** Whether the cloud refused the credential itself, which counts towards its lockout. */
    public static boolean isCredentialRefused(CloudResponse response) {
        return response.status() == 401
                && !isApiGatewayCode(response.body().path("error_code").asText(), TOKEN_STALE);
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

    private static boolean isApiGatewayCode(String code, String digits) {
        return code.equals("APIGW." + digits) || code.equals("APIG." + digits);
    }
}
