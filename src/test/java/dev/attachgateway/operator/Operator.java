package dev.attachgateway.operator;

import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.Scene;
import java.util.Map;

/** What operators ask for over HTTP. */
record Operator(Gateway gateway, String client) {
    static Operator of(Scene scene) {
        return new Operator(scene.gateway(), "operator");
    }

    Operator as(String other) {
        return new Operator(gateway, other);
    }

    Answer release(String project, String server, String operation, String body) {
        return send("POST", Gateway.operationPath(project, server, operation) + "/release", body);
    }

    Answer release(Scene scene, String operation, String reason) {
        return release(Gateway.P1, scene.server(), operation, reason(reason));
    }

    Answer settle(String project, String server, String operation) {
        return send("POST", Gateway.operationPath(project, server, operation) + "/settle", "");
    }

    Answer pause(String project, String reason) {
        return send("PUT", "/operator/pauses/" + project, reason(reason));
    }

    Answer resume(String project) {
        return send("DELETE", "/operator/pauses/" + project, "");
    }

    Answer get(String path) {
        return gateway.get("/operator/" + path, gateway.withToken(client));
    }

    Answer force(String service, String state) {
        return send("PUT", "/operator/guards/" + service, "{\"state\":\"" + state + "\"}");
    }

    Answer send(String method, String path, String body) {
        return gateway.send(method, path, body, gateway.withToken(client));
    }

    static String reason(String text) {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(Map.of("reason", text))
                .toString();
    }
}
