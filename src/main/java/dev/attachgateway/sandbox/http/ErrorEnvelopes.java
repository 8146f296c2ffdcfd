package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;

/** The error bodies of the cloud: ModelArts, EVS, IAM, and the API gateway in front of them. */
public final class ErrorEnvelopes {

    private ErrorEnvelopes() {}

    public static RejectedCallException modelArts(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status, new JsonObject().put("error_code", "ModelArts." + code).put("error_msg", message)));
    }

    public static RejectedCallException evs(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject().put("code", "EVS." + code).put("message", message))));
    }

    public static RejectedCallException iam(int status, String title, String message) {
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

    public static RejectedCallException gateway(int status, String code, String message) {
        return new RejectedCallException(SandboxResponse.of(
                status,
                new JsonObject()
                        .put("error_msg", message)
                        .put("error_code", "APIGW." + code)
                        .putNull("request_id")));
    }

    public static RejectedCallException badCredential(String detail) {
        return gateway(401, "0301", "Incorrect IAM authentication information: " + detail);
    }

    public static RejectedCallException noSuchApi() {
        return gateway(404, "0101", "The API does not exist or has not been published in the environment");
    }

    /** The envelope that fits a status when a fault names none. */
    public static SandboxResponse fitting(CallKind kind, int status) {
        if (status < 400) {
            return SandboxResponse.of(status, new JsonObject());
        }
        RejectedCallException rejectedCallException = switch (status) {
            case 401 -> badCredential("decrypt token fail");
            case 429 ->
                gateway(
                        429,
                        "0308",
                        "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute");
            case 502 -> gateway(502, "0201", "Backend unavailable");
            case 504 -> gateway(504, "0201", "Backend timeout.");
            default -> fromBackend(kind, status);
        };
        return rejectedCallException.answer();
    }

    private static RejectedCallException fromBackend(CallKind kind, int status) {
        if (kind == CallKind.TOKEN) {
            return iam(status, "Error", "The request could not be served.");
        }
        if (kind.isEvs()) {
            return switch (status) {
                case 400 -> evs(400, "1002", "invalid volume id!");
                case 403 -> evs(403, "5403", "Forbidden.");
                case 404 -> evs(404, "5404", "Volume could not be found.");
                case 503 -> evs(503, "5503", "Service unavailable.");
                default -> evs(status, "5500", "Internal error.");
            };
        }
        return switch (status) {
            case 400 -> modelArts(400, "6400", "Invalid request payload, please check.");
            case 403 -> modelArts(403, "0108", "You are not authorized to perform the operation.");
            case 404 -> noSuchApi();
            case 503 -> modelArts(503, "4302", "The service is unavailable.");
            default -> modelArts(status, "0010", "Internal error.");
        };
    }
}
