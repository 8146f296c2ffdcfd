package dev.attachgateway.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A client that reads servers and disks of the first project. */
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

    /** The JSON of a response; fails if its status is not 200. */
    static JsonNode okJson(HttpAnswer response) {
        if (response.status() != 200) {
            throw new AssertionError(response.status() + " " + response.body());
        }
        return response.json();
    }

    static List<String> ids(JsonNode list) {
        return items(list).map(item -> item.path("id").asText()).toList();
    }

    static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
