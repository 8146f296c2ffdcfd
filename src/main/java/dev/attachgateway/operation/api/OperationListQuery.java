package dev.attachgateway.operation.api;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.stream.eventlog.EventFilter;
import dev.attachgateway.stream.eventlog.SqlConditions;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
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
class OperationListQuery {
    private static final SqlConditions.Columns FILTER_COLUMNS = new SqlConditions.Columns(
            "operation_id",
            "server_id",
            "volume_id",
            "type",
            "caller_issuer || ':' || caller_subject",
            List.of("status"));

    private static final Set<String> UNFINISHED_STATUSES = Set.of("pending", "running");

    private final Pool pool;

    OperationListQuery(Pool pool) {
        this.pool = pool;
    }

    /**
     * A page of a project's operations.
     *
     * @param nextCursor start of the next page; empty on the last one
     */
    record Page(List<Operation> operations, Optional<PageCursor> nextCursor) {}

    /**
     * Reads the page after a cursor. Cursors are stable: operations created meanwhile come before the first page.
     *
     * @param after null for the first page
     * @param limit maximum number of operations on the page
     */
    Uni<Page> fetchPage(SubscriptionScope subscriptionScope, @Nullable PageCursor after, int limit) {
        var values = new ArrayList<@Nullable Object>();
        values.add(subscriptionScope.projectId());
        values.add(limit + 1);
        var where = SqlConditions.of(subscriptionScope.filter(), subscriptionScope.readScope(), FILTER_COLUMNS, values);
        if (isUnfinishedOnly(subscriptionScope.filter())) {
            // Unfinished operations have an index.
            where += " and ended_at is null";
        }
        if (after != null) {
            values.add(after.createdAt().atOffset(ZoneOffset.UTC));
            values.add(after.operationId());
            where += " and (created_at, operation_id) < ($" + (values.size() - 1) + ", $" + values.size() + ")";
        }
        return DatabaseTimeout.limit(
                pool.preparedQuery("select " + OperationRowMapper.COLUMNS + " from operation where project_id = $1"
                                + where + " order by created_at desc, operation_id desc limit $2")
                        .execute(Tuple.from(values))
                        .map(rows -> toPage(OperationRowMapper.mapAll(rows), limit)));
    }

    private static boolean isUnfinishedOnly(EventFilter filter) {
        return !filter.statuses().isEmpty() && UNFINISHED_STATUSES.containsAll(filter.statuses());
    }

    private static Page toPage(List<Operation> found, int limit) {
        if (found.size() <= limit) {
            return new Page(found, Optional.empty());
        }
        var page = found.subList(0, limit);
        return new Page(page, Optional.of(PageCursor.after(page.getLast())));
    }
}
