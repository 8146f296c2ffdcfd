package dev.attachgateway.sandbox;

import io.vertx.core.json.JsonObject;

/** The error bodies of the cloud: ModelArts, EVS, IAM, and the API gateway in front of them. */
final class Envelopes {

    private Envelopes() {}

    static Refusal modelArts(int status, String code, String message) {
        return new Refusal(Answer.of(
                status, new JsonObject().put("error_code", "ModelArts." + code).put("error_msg", message)));
    }

    static Refusal evs(int status, String code, String message) {
        return new Refusal(Answer.of(
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject().put("code", "EVS." + code).put("message", message))));
    }

    static Refusal iam(int status, String title, String message) {
        return new Refusal(Answer.of(
                status,
                new JsonObject()
                        .put(
                                "error",
                                new JsonObject()
                                        .put("code", status)
                                        .put("message", message)
                                        .put("title", title))));
    }

    static Refusal gateway(int status, String code, String message) {
        return new Refusal(Answer.of(
                status,
                new JsonObject()
                        .put("error_msg", message)
                        .put("error_code", "APIGW." + code)
                        .putNull("request_id")));
    }

    static Refusal badCredential(String detail) {
        return gateway(401, "0301", "Incorrect IAM authentication information: " + detail);
    }

    static Refusal noSuchApi() {
        return gateway(404, "0101", "The API does not exist or has not been published in the environment");
    }

    /** The envelope that fits a status when a fault names none. */
    static Answer fitting(Kind kind, int status) {
        if (status < 400) {
            return Answer.of(status, new JsonObject());
        }
        Refusal refusal = switch (status) {
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
        return refusal.answer();
    }

    private static Refusal fromBackend(Kind kind, int status) {
        if (kind == Kind.TOKEN) {
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
