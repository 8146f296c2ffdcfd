package dev.attachgateway.exactness;

import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FeedQuery.Written;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** An event of the event log, read at the end of the test. */
record LoggedEvent(DeliveredEvent delivered, Written event) {

    /**
     * An event as a client received it.
     *
     * @param hash hash of its data
     */
    record DeliveredEvent(long position, int hash) {}

    /** Returns the event log of a project. */
    static List<LoggedEvent> all(Connection database, String project) throws SQLException {
        try (var query = database.prepareStatement("""
                select position, data, operation_id, server_id, volume_id, type, caller, status_before, status
                from event where project_id = ? order by position""")) {
            query.setString(1, project);
            var entries = new ArrayList<LoggedEvent>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var paper = new Paper(
                            rows.getObject(3, UUID.class),
                            rows.getObject(4, UUID.class),
                            rows.getObject(5, UUID.class),
                            rows.getString(6),
                            rows.getString(7));
                    entries.add(new LoggedEvent(
                            new DeliveredEvent(
                                    rows.getLong(1), rows.getString(2).hashCode()),
                            new Written(paper, rows.getString(8), rows.getString(9))));
                }
            }
            return entries;
        }
    }
}
