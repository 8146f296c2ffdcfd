package dev.attachgateway.stream.eventlog;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Maps rows to events. */
final class EventRowMapper {
    /** Of a row {@code e}. The previous version wrote no type column; the JSON has the type as well. */
    private static final String TYPE = "coalesce(e.type, e.data::jsonb ->> 'operation_type')";

    static final String COLUMNS = "e.project_id, e.position, e.operation_id, e.server_id, e.volume_id, " + TYPE
            + " as type, e.caller, e.status_before, e.status, e.at, e.traceparent, e.data";

    /** The columns of a row {@code e} that filters apply to. */
    static final SqlConditions.Columns FILTER_COLUMNS = new SqlConditions.Columns(
            "e.operation_id", "e.server_id", "e.volume_id", TYPE, "e.caller", List.of("e.status", "e.status_before"));

    private EventRowMapper() {}

    /** The events of rows; rows without an event are skipped. */
    static List<Event> events(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.getLong("position") != null)
                .map(EventRowMapper::event)
                .toList();
    }

    /** The fingerprint in two columns; null if there is no event. */
    static @Nullable EventFingerprint fingerprint(Row row, String operation, String at) {
        var id = row.getUUID(operation);
        return id == null
                ? null
                : new EventFingerprint(id, row.getOffsetDateTime(at).toInstant());
    }

    private static Event event(Row row) {
        return new Event(
                row.getString("project_id"),
                row.getLong("position"),
                row.getUUID("operation_id"),
                row.getUUID("server_id"),
                row.getUUID("volume_id"),
                row.getString("type"),
                row.getString("caller"),
                row.getString("status_before"),
                row.getString("status"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("traceparent"),
                row.getString("data"));
    }
}
