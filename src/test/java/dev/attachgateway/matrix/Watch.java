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

/** Reads from the database how operations stand, for all who wait at once. */
final class Watch implements AutoCloseable {
    /** Longer than a signature is accepted and an exchange may last: what is unsettled for so long stays it. */
    private static final Duration AT_REST = Duration.ofSeconds(20);

    private static final Duration EVERY = Duration.ofMillis(250);

    /** How an operation stands. */
    record Standing(String step, String status, int attempts) {
        boolean isEnded() {
            return status.equals("success") || status.equals("failed");
        }

        boolean isUnsettled() {
            return step.equals("unsettled");
        }
    }

    private record Since(Standing standing, long nanos) {}

    private final Connection database;
    private final Looks<Map<String, Standing>> looks;
    private final Map<String, Since> seen = new ConcurrentHashMap<>();

    Watch(Connection database) {
        this.database = database;
        this.looks = new Looks<>(this::read);
    }

    Optional<Standing> now(String operation) {
        return Optional.ofNullable(looks.now().get(operation));
    }

    /** The operation once it has ended, or has been unsettled without a new attempt for so long that it will stay so. */
    Standing awaitRest(String operation, Duration limit) {
        return Awaitility.await("rest of " + operation)
                .atMost(limit)
                .pollInterval(EVERY)
                .until(
                        () -> now(operation).orElse(null),
                        standing -> standing != null && isAtRest(operation, standing));
    }

    private boolean isAtRest(String operation, Standing standing) {
        if (standing.isEnded()) {
            return true;
        }
        var since = seen.merge(
                operation,
                new Since(standing, System.nanoTime()),
                (before, now) -> before.standing().equals(now.standing()) ? before : now);
        return standing.isUnsettled() && System.nanoTime() - since.nanos() > AT_REST.toNanos();
    }

    /** Every operation there is. */
    Map<String, Standing> all() {
        return looks.now();
    }

    private synchronized Map<String, Standing> read() {
        try (var query = database.prepareStatement("select operation_id::text, step, status, attempts from operation");
                var rows = query.executeQuery()) {
            var all = new HashMap<String, Standing>();
            while (rows.next()) {
                all.put(rows.getString(1), new Standing(rows.getString(2), rows.getString(3), rows.getInt(4)));
            }
            return all;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** All events of an operation, in order. */
    synchronized List<ReceivedEvent> events(String operation) {
        try {
            return ReceivedEvent.written(database, operation);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** How many events a project has, and the highest position among them. */
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
