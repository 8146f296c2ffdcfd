package dev.attachgateway.matrix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.ReceivedEvent;
import java.util.List;

/** Replays the events of an ended operation to a client that has received none. */
final class OperationReplay {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OperationReplay() {}

    static List<ReceivedEvent> of(
            GatewayClient gateway, String client, String project, String server, String operation) {
        String epoch;
        try (var stream = gateway.follow(client, project, server, operation)) {
            epoch = stream.next(block -> block.id() != null).epoch();
        }
        try (var stream = gateway.follow(client, project, server, operation, "Last-Event-ID", epoch + "-0")) {
            return stream.toEnd().stream()
                    .filter(Block::isChange)
                    .map(block -> new ReceivedEvent(block.position(), String.valueOf(block.data())))
                    .toList();
        }
    }

    static boolean isTerminal(String data) {
        try {
            var status = JSON.readTree(data).path("operation_status").asText();
            return status.equals("success") || status.equals("failed");
        } catch (JsonProcessingException e) {
            throw new AssertionError(data, e);
        }
    }
}
