package dev.attachgateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.EventStream.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that follows one operation over several connections and keeps the received events. */
public final class Follower implements AutoCloseable {
    private static final Duration LIMIT = Timeouts.CONDITION;

    private final String client;
    private final String project;
    private final String server;
    private final String operation;
    private final List<ReceivedEvent> changes = new ArrayList<>();
    private EventStream stream;
    private @Nullable String snapshot;
    private long snapshotPosition = -1;

    private Follower(GatewayClient gateway, String client, String project, String server, String operation) {
        this.client = client;
        this.project = project;
        this.server = server;
        this.operation = operation;
        this.stream = gateway.follow(client, project, server, operation);
    }

    /** Connects for the first time. */
    public static Follower of(GatewayClient gateway, String client, String project, String server, String operation) {
        return new Follower(gateway, client, project, server, operation);
    }

    /** Reads until an event reports that the operation is at this step. */
    public void await(String step) {
        var startNanos = System.nanoTime();
        while (true) {
            var block = stream.next();
            record(block);
            // Limits a wait in which every heartbeat restarts the timeout of a single block.
            if (System.nanoTime() - startNanos > LIMIT.toNanos()) {
                throw new AssertionError(
                        "no event of step " + step + " within " + LIMIT + " but " + snapshot + changes);
            }
            if (block.isEvent() && block.json().path("step").asText().equals(step)) {
                if (snapshotPosition < 0) {
                    // The snapshot ends with the position at which a client may resume.
                    record(stream.next(next -> next.id() != null));
                }
                return;
            }
        }
    }

    /** Reads until the connection ends, cleanly or not. */
    public void toEnd() {
        stream.toEnd().forEach(this::record);
    }

    /** Reads the old connection to its end and reconnects with the last event id. */
    public void comeBack(GatewayClient gateway) {
        toEnd();
        var id = stream.lastEventId();
        stream.close();
        stream = gateway.follow(client, project, server, operation, "Last-Event-ID", id);
    }

    private void record(Block block) {
        if ("reset".equals(block.event())) {
            throw new AssertionError("the stream was reset: " + block);
        }
        if (block.isChange()) {
            changes.add(new ReceivedEvent(block.position(), String.valueOf(block.data())));
        } else if (block.isEvent()) {
            assertThat(snapshotPosition).as("a snapshot after " + changes).isNegative();
            snapshot = block.data();
        } else if (block.id() != null && snapshotPosition < 0) {
            snapshotPosition = block.position();
        }
    }

    /** Fails unless snapshot and changes together match the written events, without duplicates or gaps. */
    public void assertToldAll(List<ReceivedEvent> written) {
        assertThat(changes)
                .isEqualTo(written.stream()
                        .filter(event -> event.position() > snapshotPosition)
                        .toList());
        assertThat(snapshot)
                .isEqualTo(written.stream()
                        .filter(event -> event.position() <= snapshotPosition)
                        .toList()
                        .getLast()
                        .data());
    }

    @Override
    public void close() {
        stream.close();
    }
}
