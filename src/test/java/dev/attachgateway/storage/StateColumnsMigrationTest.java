package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SharedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that migration 11 finds the states of existing operations in their sentences and events. */
class StateColumnsMigrationTest {
    private static final String INSERT_OPERATION = """
            insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,
                request_id, step, status, detail, drift, updated_at, answer_by, deadline, next_step_at, ended_at)
            select number_id(n), 'p', number_id(n), number_id(n), 'node_attach_volume', 'sandbox', 'attacher', 'r', step,
                case step when 'succeeded' then 'success' when 'unsettled' then 'running' else 'pending' end, detail, drift,
                '2026-01-09', now(), now(), 'infinity', case step when 'succeeded' then now() end
            from (values
                (1, 'queued', 'The server is busy with another operation. Place in line: 12.', null),
                (2, 'queued', 'Sends are paused by an operator.', null),
                (3, 'waiting', 'The cloud said: Place in line: 3.', null),
                (4, 'unsettled', 'The cloud accepted the request and nothing of it is seen. The disk stays reserved until an'
                    || ' operator decides.', null),
                (5, 'unsettled', 'The cloud shows something going on with the disk; it stays reserved until that is over.', null),
                (6, 'succeeded', null, 'gone'),
                (7, 'succeeded', null, 'gone'),
                (8, 'succeeded', null, null)) as old (n, step, detail, drift)""";

    /** The drift of operation 6 ended once; its present one began with the event at position 4. */
    private static final String INSERT_EVENTS = """
            insert into event (project_id, position, operation_id, server_id, volume_id, caller, status, data, at)
            select 'p', position, number_id(6), number_id(6), number_id(6), 'a:b', 'success', data,
                timestamptz '2026-01-01' + position * interval '1 day'
            from (values (1, '{}'), (2, '{"drift": "gone"}'), (3, '{}'), (4, '{"drift": "gone"}'), (5, '{"drift": "gone"}'))
                as old (position, data)""";

    private static ConnectionDetails database;

    @BeforeAll
    static void migrate() throws SQLException {
        database = SharedPostgres.newDatabase();
        try (var connection = PostgresForTests.open(database);
                var statement = connection.createStatement()) {
            statement.execute("drop schema public cascade; create schema public");
            migrate("10");
            statement.execute("create function number_id(n integer) returns uuid language sql immutable as"
                    + " $$ select lpad(n::text, 32, '0')::uuid $$");
            statement.execute(INSERT_OPERATION);
            statement.execute(INSERT_EVENTS);
            migrate("11");
        }
    }

    private static void migrate(String version) {
        Flyway.configure()
                .dataSource("jdbc:" + database.url(), database.username(), database.password())
                .target(version)
                .load()
                .migrate();
    }

    @AfterAll
    static void drop() {
        SharedPostgres.drop(database);
    }

    @ParameterizedTest(name = "{0} of operation {1}")
    @CsvSource(
            nullValues = "null",
            value = {
                "queue_position, 1, 12",
                "queue_position, 2, null",
                "queue_position, 3, null",
                "awaits_operator, 4, true",
                "awaits_operator, 5, null",
                "drift_since::date, 6, 2026-01-05",
                "drift_since::date, 7, 2026-01-09",
                "drift_since::date, 8, null"
            })
    void the_state_of_an_existing_operation_is_in_its_column(String column, int number, String value)
            throws SQLException {
        try (var connection = PostgresForTests.open(database)) {
            assertThat(query(connection, column, number)).isEqualTo(value);
        }
    }

    private static String query(Connection connection, String column, int number) throws SQLException {
        try (var statement = connection.prepareStatement(
                "select (" + column + ")::text from operation where operation_id = number_id(?)")) {
            statement.setInt(1, number);
            var found = statement.executeQuery();
            found.next();
            return found.getString(1);
        }
    }
}
