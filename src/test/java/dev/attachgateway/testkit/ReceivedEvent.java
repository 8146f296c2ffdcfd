package dev.attachgateway.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One event of an operation.
 *
 * @param position in the project's log
 * @param data the operation's JSON at that position
 */
public record ReceivedEvent(long position, String data) {

    /** All events of an operation in the database, in order. */
    public static List<ReceivedEvent> written(Connection database, String operation) throws SQLException {
        try (var query = database.prepareStatement(
                "select position, data from event where operation_id = ? order by position")) {
            query.setObject(1, UUID.fromString(operation));
            var events = new ArrayList<ReceivedEvent>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    events.add(new ReceivedEvent(rows.getLong(1), rows.getString(2)));
                }
            }
            return events;
        }
    }

    /** The position of a project's newest event. */
    public static long head(Connection database, String project) throws SQLException {
        try (var query = database.prepareStatement("select position from event_position where project_id = ?")) {
            query.setString(1, project);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
