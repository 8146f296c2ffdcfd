package dev.attachgateway.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attachgateway.testkit.SandboxCloud;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Collects the histories of a run from the database and the cloud. */
public final class HistoryCollector {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HistoryCollector() {}

    /** Combines the events of the database and the ledger of the cloud with the recorded attempts. */
    public static Histories collect(Collection<Attempt> attempts, Connection database, SandboxCloud cloud)
            throws SQLException {
        return new Histories(List.copyOf(attempts), events(database), ledger(cloud));
    }

    private static List<Event> events(Connection database) throws SQLException {
        try (var query = database.prepareStatement("select * from event order by project_id, position");
                var rows = query.executeQuery()) {
            var events = new ArrayList<Event>();
            while (rows.next()) {
                events.add(event(rows));
            }
            return events;
        }
    }

    private static Event event(ResultSet row) throws SQLException {
        var data = json(row.getString("data"));
        return new Event(
                row.getString("project_id"),
                row.getLong("position"),
                row.getString("operation_id"),
                data.path("operation_type").asText().replaceAll("node_(.*)_volume", "$1"),
                row.getString("caller"),
                row.getString("server_id"),
                row.getString("volume_id"),
                Objects.requireNonNullElse(row.getString("status_before"), ""),
                row.getString("status"),
                data.path("unsettled").asBoolean(),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static List<Effect> ledger(SandboxCloud cloud) {
        return cloud.ledger().stream()
                .map(line -> new Effect(
                        line.path("type").asText(),
                        line.path("server_id").asText(),
                        line.path("volume_id").asText(),
                        line.path("operation_id").asText(),
                        Instant.parse(line.path("at").asText())))
                .toList();
    }
}
