package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Somebody who reads servers and disks of the first project. */
record Caller(GatewayClient gateway, String name) {
    static Caller of(String name) {
        return new Caller(GatewayClient.underTest(), name);
    }

    HttpAnswer servers(String query) {
        return get("/v1/" + GatewayClient.P1 + "/dev-servers" + query);
    }

    HttpAnswer server(String id) {
        return get("/v1/" + GatewayClient.P1 + "/dev-servers/" + id);
    }

    HttpAnswer disks(String query) {
        return get("/v2/" + GatewayClient.P1 + "/cloudvolumes/detail" + query);
    }

    HttpAnswer disk(String id) {
        return get("/v2/" + GatewayClient.P1 + "/cloudvolumes/" + id);
    }

    HttpAnswer get(String path) {
        return gateway.get(path, gateway.withToken(name));
    }

    /** The answer's JSON, which has to be one. */
    static JsonNode shown(HttpAnswer answer) {
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return answer.json();
    }

    static List<String> ids(JsonNode list) {
        return items(list).map(each -> each.path("id").asText()).toList();
    }

    static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
