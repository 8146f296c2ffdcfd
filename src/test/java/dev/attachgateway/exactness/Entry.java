package dev.attachgateway.exactness;

import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.FeedQuery.Written;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** An event as the database has it in the end. */
record Entry(Told told, Written event) {

    /**
     * An event as somebody was told of it.
     *
     * @param hash of its data
     */
    record Told(long position, int hash) {}

    /** The log of a project. */
    static List<Entry> all(Connection database, String project) throws SQLException {
        try (var query = database.prepareStatement("""
                select position, data, operation_id, server_id, volume_id, type, caller, status_before, status
                from event where project_id = ? order by position""")) {
            query.setString(1, project);
            var entries = new ArrayList<Entry>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var paper = new Paper(
                            rows.getObject(3, UUID.class),
                            rows.getObject(4, UUID.class),
                            rows.getObject(5, UUID.class),
                            rows.getString(6),
                            rows.getString(7));
                    entries.add(new Entry(
                            new Told(rows.getLong(1), rows.getString(2).hashCode()),
                            new Written(paper, rows.getString(8), rows.getString(9))));
                }
            }
            return entries;
        }
    }
}
