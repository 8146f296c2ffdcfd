package dev.attachgateway.operation.store;

/** The statements that insert and update operations; each update is conditional on the lease and version that were read. */
public final class OperationStatements {
    /** Inserts an operation; returns no row while another unfinished operation reserves the disk. */
    public static final String RESERVE = """
            insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,
                request_id, step, status, answer_by, deadline, lease_owner, lease_token, lease_until, next_step_at,
                caller_groups, traceparent)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 'checking', 'pending',
                now() + make_interval(secs => $9), now() + make_interval(secs => $10),
                $11, 1, now() + make_interval(secs => $12), now(), $13, $14)
            on conflict (project_id, volume_id) where ended_at is null do nothing
            returning\s""" + OperationRowMapper.COLUMNS;

    static final String UPDATE_STATE = """
            update operation set step = $4, status = $5, attempts = $6, detail = $7, upstream_operation_id = $8, failure = $9,
                next_step_at = coalesce(now() + make_interval(secs => $10), 'infinity'),
                ended_at = case when $11 then now() end,
                baseline = coalesce(baseline, $12),
                send_before = coalesce(now() + make_interval(secs => $13), send_before),
                window_ends = coalesce(now() + make_interval(secs => $14), window_ends),
                signed = coalesce($15, signed),
                seen = $15::boolean is null and (seen or $16),
                doubted = doubted or ($4 = 'unsettled' and $8::text is null),
                quiet_reads = 0, quiet_since = null,
                queue_position = $21, awaits_operator = $22,
                queue_round = case when $4 = 'queued' and step <> 'queued' then operation_round(operation)
                    else queue_round end,
                deadline = case
                    when $4 = 'queued' then greatest(deadline, created_at + make_interval(secs => $17))
                    when $4 = 'unsettled' and not doubted then greatest(deadline, window_ends + make_interval(secs => $19))
                    else deadline end,
                reconcile_at = now() + make_interval(secs => $20),
                step_since = case when step = $4 then step_since else now() end,
                stuck_at = case when step = $4 then stuck_at end,
                updated_at = now(), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $18
            returning\s""" + OperationRowMapper.COLUMNS;

    static final String UPDATE_QUIET_READS = """
            update operation set quiet_reads = $4,
                quiet_since = case when $4 = 0 then null else coalesce(quiet_since, now()) end,
                next_step_at = now() + make_interval(secs => $5), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $6
            returning\s""" + OperationRowMapper.COLUMNS;

    private OperationStatements() {}
}
