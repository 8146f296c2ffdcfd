package dev.attachgateway.race;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Removes the reservation of disks from the database. The reserving statement refers to a unique index and fails
 * without it, so the index is replaced by one under which no two disks are ever equal.
 */
final class ReservationRemoval {
    private static final List<String> STATEMENTS = List.of(
            "create function never_same(uuid, uuid) returns boolean language sql immutable as 'select false'",
            "create function always_after(uuid, uuid) returns integer language sql immutable as 'select 1'",
            "create operator === (leftarg = uuid, rightarg = uuid, function = never_same)",
            "create operator class forgetful for type uuid using btree as operator 3 ===, function 1 always_after(uuid, uuid)",
            "drop index operation_one_unfinished_per_disk",
            "create unique index operation_one_unfinished_per_disk on operation (project_id, volume_id forgetful)"
                    + " where ended_at is null");

    private ReservationRemoval() {}

    static void apply(Connection database) throws SQLException {
        try (var statement = database.createStatement()) {
            for (var sql : STATEMENTS) {
                statement.execute(sql);
            }
        }
    }
}
