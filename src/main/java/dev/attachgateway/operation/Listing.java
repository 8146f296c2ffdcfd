package dev.attachgateway.operation;

import dev.attachgateway.stream.Audience;
import dev.attachgateway.stream.Conditions;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.Filter;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a project's operations page by page, the newest first. */
@ApplicationScoped
class Listing {
    private static final Conditions.Columns FILTERED = new Conditions.Columns(
            "operation_id",
            "server_id",
            "volume_id",
            "type",
            "caller_issuer || ':' || caller_subject",
            List.of("status"));

    private static final Set<String> UNFINISHED = Set.of("pending", "running");

    private final Pool pool;

    Listing(Pool pool) {
        this.pool = pool;
    }

    /**
     * Some of a project's operations.
     *
     * @param next where the next page begins; empty on the last one
     */
    record Page(List<Operation> operations, Optional<Cursor> next) {}

    /**
     * The page after a place in the list. Places do not move: what is created meanwhile comes before the first page.
     *
     * @param after null for the first page
     * @param most operations on it
     */
    Uni<Page> page(Audience audience, @Nullable Cursor after, int most) {
        var values = new ArrayList<@Nullable Object>();
        values.add(audience.projectId());
        values.add(most + 1);
        var where = Conditions.of(audience.filter(), audience.sight(), FILTERED, values);
        if (isOfUnfinished(audience.filter())) {
            // For these there is an index.
            where += " and ended_at is null";
        }
        if (after != null) {
            values.add(after.createdAt().atOffset(ZoneOffset.UTC));
            values.add(after.operationId());
            where += " and (created_at, operation_id) < ($" + (values.size() - 1) + ", $" + values.size() + ")";
        }
        return EventLog.inTime(pool.preparedQuery("select " + Rows.COLUMNS + " from operation where project_id = $1"
                        + where + " order by created_at desc, operation_id desc limit $2")
                .execute(Tuple.from(values))
                .map(rows -> page(Rows.all(rows), most)));
    }

    private static boolean isOfUnfinished(Filter filter) {
        return !filter.statuses().isEmpty() && UNFINISHED.containsAll(filter.statuses());
    }

    private static Page page(List<Operation> found, int most) {
        if (found.size() <= most) {
            return new Page(found, Optional.empty());
        }
        var page = found.subList(0, most);
        return new Page(page, Optional.of(Cursor.at(page.getLast())));
    }
}
