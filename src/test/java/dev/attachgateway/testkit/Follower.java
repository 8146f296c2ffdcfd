package dev.attachgateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.EventStream.Block;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that follows one operation over as many connections as it takes, and remembers what it was told. */
public final class Follower implements AutoCloseable {
    private static final Duration LIMIT = Timeouts.CONDITION;

    private final String client;
    private final String project;
    private final String server;
    private final String operation;
    private final List<ReceivedEvent> changes = new ArrayList<>();
    private EventStream stream;
    private @Nullable String snapshot;
    private long from = -1;

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

    /** Reads until the operation is said to be at this step. */
    public void await(String step) {
        var begun = System.nanoTime();
        while (true) {
            var block = stream.next();
            note(block);
            // Heartbeats alone would keep it waiting for ever.
            if (System.nanoTime() - begun > LIMIT.toNanos()) {
                throw new AssertionError("not told of " + step + " within " + LIMIT + " but of " + snapshot + changes);
            }
            if (block.isEvent() && block.json().path("step").asText().equals(step)) {
                if (from < 0) {
                    // The snapshot is closed by the position from which a client may come back.
                    note(stream.next(it -> it.id() != null));
                }
                return;
            }
        }
    }

    /** Reads what is left until the connection ends, in whichever way. */
    public void toEnd() {
        stream.toEnd().forEach(this::note);
    }

    /** Reads the dead connection to its end and comes back with the last id. */
    public void comeBack(GatewayClient gateway) {
        toEnd();
        var id = stream.lastEventId();
        stream.close();
        stream = gateway.follow(client, project, server, operation, "Last-Event-ID", id);
    }

    private void note(Block block) {
        if ("reset".equals(block.event())) {
            throw new AssertionError("the history was given up: " + block);
        }
        if (block.isChange()) {
            changes.add(new ReceivedEvent(block.position(), String.valueOf(block.data())));
        } else if (block.isEvent()) {
            assertThat(from).as("a snapshot after " + changes).isNegative();
            snapshot = block.data();
        } else if (block.id() != null && from < 0) {
            from = block.position();
        }
    }

    /** Fails unless snapshot and changes together are what was written, nothing twice and nothing left out. */
    public void assertToldAll(List<ReceivedEvent> written) {
        assertThat(changes)
                .isEqualTo(written.stream()
                        .filter(event -> event.position() > from)
                        .toList());
        assertThat(snapshot)
                .isEqualTo(written.stream()
                        .filter(event -> event.position() <= from)
                        .toList()
                        .getLast()
                        .data());
    }

    @Override
    public void close() {
        stream.close();
    }
}
