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
 * Blocks chosen commits: a deferred trigger, which runs at the end of a transaction, waits for a lock that the test
 * holds.
 */
final class CommitBlocker implements AutoCloseable {
    private static final int LOCK_CLASS = 4711;
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

    CommitBlocker(Connection database) throws SQLException {
        this.database = database;
        try (var statement = database.createStatement()) {
            for (var sql : TRIGGER) {
                statement.execute(sql);
            }
        }
    }

    /** Blocks a commit from now on. */
    void block(CrashPoint point, String disk) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("select pg_advisory_lock(" + LOCK_CLASS + ", " + point.number() + ")");
            statement.execute("insert into hold values (" + point.number() + ", '" + UUID.fromString(disk) + "', '"
                    + point.mark() + "')");
        }
    }

    /** Returns the numbers of the points whose commits are blocked now. */
    Set<Integer> blocked() throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select objid::integer from pg_locks where locktype = 'advisory'"
                        + " and classid = " + LOCK_CLASS + " and not granted")) {
            var numbers = new HashSet<Integer>();
            while (rows.next()) {
                numbers.add(rows.getInt(1));
            }
            return numbers;
        }
    }

    /** Returns the states of the operations whose commits are not blocked, for failure messages. */
    String describeUnblocked() throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("select string_agg(number || ' ' || step || ' ' || attempts || ' '"
                        + " || coalesce(detail, '') || ' ' || (next_step_at - now()) || ' ' || (lease_until - now()), '; ')"
                        + " from hold left join operation using (volume_id) where number not in (select objid::integer"
                        + " from pg_locks where locktype = 'advisory' and classid = " + LOCK_CLASS
                        + " and not granted)")) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /** Releases the commits; those in the list are rolled back. */
    void release(List<CrashPoint> rolledBack) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("delete from hold");
            var numbers = rolledBack.stream().map(CrashPoint::number).toList();
            for (var number : numbers) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = "
                                + LOCK_CLASS + " and objid = " + number + " and not granted");
            }
            Awaitility.await("the end of the backends")
                    .atMost(LIMIT)
                    .until(() -> blocked().stream().noneMatch(numbers::contains));
            statement.execute("select pg_advisory_unlock_all()");
            Awaitility.await("the end of the commits")
                    .atMost(LIMIT)
                    .until(() -> blocked().isEmpty());
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
