package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The leases of operations. All times are the database's, so that the clocks of replicas need not agree. */
@ApplicationScoped
public class LeaseStore {
    private static final String CLAIM = """
            update operation set lease_owner = $1, lease_token = lease_token + 1,
                lease_until = now() + make_interval(secs => $2)
            from (
                select o.operation_id as taken, o.lease_until = '-infinity' as handed_over from operation o join (
                    select operation_id, row_number() over (partition by project_id order by next_step_at) as round
                    from operation where ended_at is null and next_step_at <= now() and lease_until < now()) due
                    using (operation_id)
                where o.ended_at is null and o.next_step_at <= now() and o.lease_until < now()
                order by due.round, o.next_step_at limit $3 for update of o skip locked) claimed
            where operation_id = claimed.taken
            returning claimed.handed_over,\s""" + OperationRowMapper.COLUMNS;

    // A locked row belongs to a commit in progress; the renewal of the other leases does not wait for it.
    private static final String RENEW = """
            with renewed as (
                update operation set lease_until = now() + make_interval(secs => $2)
                where operation_id in (
                    select operation_id from operation
                    where operation_id = any($3) and lease_owner = $1 and ended_at is null
                    order by operation_id for update skip locked))
            select operation_id from operation
            where operation_id = any($3) and lease_owner = $1 and ended_at is null""";

    private static final String RELEASE = """
            update operation set lease_until = '-infinity' where operation_id = any($2) and lease_owner = $1""";

    /** One run of this process: a restarted gateway is another owner. */
    private final UUID owner = UUID.randomUUID();

    private final Pool pool;
    private final OperationConfig config;
    private final OperationMetrics metrics;

    LeaseStore(Pool pool, OperationConfig config, OperationMetrics metrics) {
        this.pool = pool;
        this.config = config;
        this.metrics = metrics;
    }

    /** The id under which this process holds leases. */
    public UUID owner() {
        return owner;
    }

    /**
     * Takes over up to {@code limit} operations that are due and whose lease has expired: round-robin over projects, longest
     * due first.
     */
    public Uni<List<Operation>> claim(int limit) {
        return pool.preparedQuery(CLAIM)
                .execute(Tuple.of(owner, OperationRowMapper.toSeconds(config.lease()), limit))
                .invoke(rows -> rows.forEach(row -> metrics.countTakeover(row.getBoolean("handed_over"))))
                .map(OperationRowMapper::mapAll);
    }

    /** Renews leases; returns the operations whose lease this process still holds. */
    public Uni<Set<UUID>> renew(Collection<UUID> operations) {
        return pool.preparedQuery(RENEW)
                .execute(Tuple.of(owner, OperationRowMapper.toSeconds(config.lease()), operations.toArray(UUID[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID("operation_id"))
                        .collect(Collectors.toSet()));
    }

    /** Releases leases, so that another replica need not wait for them to expire. */
    public Uni<Void> release(Collection<UUID> operations) {
        return pool.preparedQuery(RELEASE)
                .execute(Tuple.of(owner, operations.toArray(UUID[]::new)))
                .replaceWithVoid();
    }
}
