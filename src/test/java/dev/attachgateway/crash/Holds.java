package dev.attachgateway.crash;

import dev.attachgateway.testkit.Timeouts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * Keeps chosen commits from ending: a trigger, which runs at the very end of a transaction, waits there for a lock that the
 * test has.
 */
final class Holds implements AutoCloseable {
    private static final int CLASS = 4711;
    private static final Duration LIMIT = Timeouts.CONDITION;

    private static final List<String> TRIGGER = List.of(
            "create table hold (number integer, volume_id uuid, mark text)",
            """
            create function hold() returns trigger language plpgsql as $$
            declare held integer;
            begin
                select number into held from hold where volume_id = new.volume_id and mark = new.step || '/' || new.status;
                if held is not null and (tg_op = 'INSERT' or old.step || old.status <> new.step || new.status) then
                    perform pg_advisory_xact_lock_shared(4711, held);
                end if;
                return null;
            end $$""",
            "create constraint trigger hold after insert or update on operation deferrable initially deferred"
                    + " for each row execute function hold()");

    private final Connection database;

    Holds(Connection database) throws SQLException {
        this.database = database;
        try (var statement = database.createStatement()) {
            for (var each : TRIGGER) {
                statement.execute(each);
            }
        }
    }

    /** From now on this commit waits. */
    void hold(Point point, String disk) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("select pg_advisory_lock(" + CLASS + ", " + point.number() + ")");
            statement.execute("insert into hold values (" + point.number() + ", '" + UUID.fromString(disk) + "', '"
                    + point.mark() + "')");
        }
    }

    /** The numbers of the points whose commits wait now. */
    Set<Integer> waiting() throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select objid::integer from pg_locks where locktype = 'advisory'"
                        + " and classid = " + CLASS + " and not granted")) {
            var numbers = new HashSet<Integer>();
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
            return numbers;
        }
    }

    /** How operations stand whose commits do not wait, for whoever wonders why. */
    String others() throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select string_agg(number || ' ' || step || ' ' || attempts || ' '"
                        + " || coalesce(detail, '') || ' ' || (next_step_at - now()) || ' ' || (lease_until - now()), '; ')"
                        + " from hold left join operation using (volume_id) where number not in (select objid::integer"
                        + " from pg_locks where locktype = 'advisory' and classid = " + CLASS + " and not granted)")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /** Lets the commits end, those in the list by having never happened. */
    void release(List<Point> rolledBack) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("delete from hold");
            var numbers = rolledBack.stream().map(Point::number).toList();
            for (var number : numbers) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = "
                                + CLASS + " and objid = " + number + " and not granted");
            }
            Awaitility.await("the end of the backends")
                    .atMost(LIMIT)
                    .until(() -> waiting().stream().noneMatch(numbers::contains));
            statement.execute("select pg_advisory_unlock_all()");
            Awaitility.await("the end of the commits")
                    .atMost(LIMIT)
                    .until(() -> waiting().isEmpty());
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
