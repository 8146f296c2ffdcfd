package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;

/** Error bodies of the cloud: ModelArts, EVS, IAM and the API gateway in front of them. */
public final class ErrorEnvelopes {

    private ErrorEnvelopes() {}

    /** Returns an error in the format of ModelArts. */
    public static RejectedCallException modelArtsError(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status, new JsonObject().put("error_code", "ModelArts." + code).put("error_msg", message)));
    }

    /** Returns an error in the format of EVS. */
    public static RejectedCallException evsError(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject().put("code", "EVS." + code).put("message", message))));
    }

    /** Returns an error in the format of IAM. */
    public static RejectedCallException iamError(int status, String title, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject()
                                        .put("code", status)
                                        .put("message", message)
                                        .put("title", title))));
    }

    /** Returns an error in the format of the API gateway. */
    public static RejectedCallException apiGatewayError(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status,
                new JsonObject()
                        .put("error_msg", message)
                        .put("error_code", "APIGW." + code)
                        .putNull("request_id")));
    }

    /** Returns the API gateway's 401 for an invalid credential. */
    public static RejectedCallException invalidCredential(String detail) {
        return apiGatewayError(401, "0301", "Incorrect IAM authentication information: " + detail);
    }

    /** Returns the API gateway's 404. */
    public static RejectedCallException noSuchApi() {
        return apiGatewayError(404, "0101", "The API does not exist or has not been published in the environment");
    }

    /** Returns the default error body of a status, for a fault without a body. */
    public static SandboxResponse defaultResponse(CallKind kind, int status) {
        if (status < 400) {
            return SandboxResponse.of(status, new JsonObject());
        }
        RejectedCallException rejection = switch (status) {
            case 401 -> invalidCredential("decrypt token fail");
            case 429 ->
                apiGatewayError(
                        429,
                        "0308",
                        "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute");
            case 502 -> apiGatewayError(502, "0201", "Backend unavailable");
            case 504 -> apiGatewayError(504, "0201", "Backend timeout.");
            default -> backendError(kind, status);
        };
        return rejection.response();
    }

    private static RejectedCallException backendError(CallKind kind, int status) {
        if (kind == CallKind.TOKEN) {
            return iamError(status, "Error", "The request could not be served.");
        }
        if (kind.isEvs()) {
            return switch (status) {
                case 400 -> evsError(400, "1002", "invalid volume id!");
                case 403 -> evsError(403, "5403", "Forbidden.");
                case 404 -> evsError(404, "5404", "Volume could not be found.");
                case 503 -> evsError(503, "5503", "Service unavailable.");
                default -> evsError(status, "5500", "Internal error.");
            };
        }
        return switch (status) {
            case 400 -> modelArtsError(400, "6400", "Invalid request payload, please check.");
            case 403 -> modelArtsError(403, "0108", "You are not authorized to perform the operation.");
            case 404 -> noSuchApi();
            case 503 -> modelArtsError(503, "4302", "The service is unavailable.");
            default -> modelArtsError(status, "0010", "Internal error.");
        };
    }
}
