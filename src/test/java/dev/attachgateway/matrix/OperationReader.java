package dev.attachgateway.matrix;

import dev.attachgateway.testkit.ReceivedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/** Reads the states of operations from the database, one query for all waiting callers. */
final class OperationReader implements AutoCloseable {
    /**
     * Longer than the validity of a signature and the duration of a request: an operation unsettled for so long stays
     * unsettled.
     */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(20);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** State of an operation. */
    record State(String step, String status, int attempts) {
        boolean isEnded() {
            return status.equals("success") || status.equals("failed");
        }

        boolean isUnsettled() {
            return step.equals("unsettled");
        }
    }

    private record StateSince(State state, long nanos) {}

    private final Connection database;
    private final CoalescedReader<Map<String, State>> states;
    private final Map<String, StateSince> stateSince = new ConcurrentHashMap<>();

    OperationReader(Connection database) {
        this.database = database;
        this.states = new CoalescedReader<>(this::read);
    }

    Optional<State> now(String operation) {
        return Optional.ofNullable(states.now().get(operation));
    }

    /**
     * Waits until the operation has ended, or has been unsettled without a new attempt for 20 s, and returns its state.
     */
    State awaitSettledState(String operation, Duration limit) {
        return Awaitility.await("final state of " + operation)
                .atMost(limit)
                .pollInterval(POLL_INTERVAL)
                .until(() -> now(operation).orElse(null), state -> state != null && isFinal(operation, state));
    }

    private boolean isFinal(String operation, State state) {
        if (state.isEnded()) {
            return true;
        }
        var since = stateSince.merge(
                operation,
                new StateSince(state, System.nanoTime()),
                (previous, current) -> previous.state().equals(current.state()) ? previous : current);
        return state.isUnsettled() && System.nanoTime() - since.nanos() > SETTLED_AFTER.toNanos();
    }

    /** Returns the states of all operations. */
    Map<String, State> all() {
        return states.now();
    }

    private synchronized Map<String, State> read() {
        try (var query = database.prepareStatement("select operation_id::text, step, status, attempts from operation");
                var rows = query.executeQuery()) {
            var all = new HashMap<String, State>();
            while (rows.next()) {
                all.put(rows.getString(1), new State(rows.getString(2), rows.getString(3), rows.getInt(4)));
            }
            return all;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the events of an operation, in order. */
    synchronized List<ReceivedEvent> events(String operation) {
        try {
            return ReceivedEvent.written(database, operation);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the number of events of a project and their highest position. */
    synchronized long[] positions(String project) {
        try (var query = database.prepareStatement(
                "select count(*), coalesce(max(position), 0) from event where project_id = ?")) {
            query.setString(1, project);
            try (var rows = query.executeQuery()) {
                rows.next();
                return new long[] {rows.getLong(1), rows.getLong(2)};
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
