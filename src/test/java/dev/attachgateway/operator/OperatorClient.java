package dev.attachgateway.operator;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import java.util.Map;

/** Sends requests to the operator API. */
record OperatorClient(GatewayClient gateway, String client) {
    static OperatorClient of(AttachFixture attachFixture) {
        return new OperatorClient(attachFixture.gateway(), "operator");
    }

    OperatorClient as(String otherClient) {
        return new OperatorClient(gateway, otherClient);
    }

    HttpAnswer release(String project, String server, String operation, String body) {
        return send("POST", GatewayClient.operationPath(project, server, operation) + "/release", body);
    }

    HttpAnswer release(AttachFixture attachFixture, String operation, String reason) {
        return release(GatewayClient.P1, attachFixture.server(), operation, reason(reason));
    }

    HttpAnswer settle(String project, String server, String operation) {
        return send("POST", GatewayClient.operationPath(project, server, operation) + "/settle", "");
    }

    HttpAnswer pause(String project, String reason) {
        return send("PUT", "/operator/pauses/" + project, reason(reason));
    }

    HttpAnswer resume(String project) {
        return send("DELETE", "/operator/pauses/" + project, "");
    }

    HttpAnswer get(String path) {
        return gateway.get("/operator/" + path, gateway.withToken(client));
    }

    HttpAnswer force(String service, String state) {
        return send("PUT", "/operator/guards/" + service, "{\"state\":\"" + state + "\"}");
    }

    HttpAnswer send(String method, String path, String body) {
        return gateway.send(method, path, body, gateway.withToken(client));
    }

    static String reason(String text) {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .valueToTree(Map.of("reason", text))
                .toString();
    }
}
