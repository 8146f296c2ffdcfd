package dev.attachgateway.operation.store;

import dev.attachgateway.database.NamedStatement;

/** The statements that insert and update operations; each update is conditional on the lease and version that were read. */
public final class OperationStatements {
    /** Inserts an operation; returns no row while another unfinished operation reserves the disk. */
    public static final NamedStatement RESERVE = NamedStatement.parse("""
            insert into operation (operation_id, project_id, server_id, volume_id, type, caller_issuer, caller_subject,
                request_id, step, status, answer_by, deadline, lease_owner, lease_token, lease_until, next_step_at,
                caller_groups, traceparent)
            values (:operation_id, :project_id, :server_id, :volume_id, :type, :caller_issuer, :caller_subject,
                :request_id, 'checking', 'pending',
                now() + make_interval(secs => :response_timeout), now() + make_interval(secs => :deadline),
                :lease_owner, 1, now() + make_interval(secs => :lease), now(), :caller_groups, :traceparent)
            on conflict (project_id, volume_id) where ended_at is null do nothing
            returning\s""" + OperationRowMapper.COLUMNS);

    static final NamedStatement UPDATE_STATE = NamedStatement.parse("""
            update operation set step = :step, status = :status, attempts = :attempts, detail = :detail,
                upstream_operation_id = :upstream_id, failure = :failure,
                next_step_at = coalesce(now() + make_interval(secs => :next_step_delay), 'infinity'),
                ended_at = case when :ended then now() end,
                baseline = coalesce(baseline, :baseline),
                send_before = coalesce(now() + make_interval(secs => :send_timeout), send_before),
                window_ends = coalesce(now() + make_interval(secs => :acceptance_window), window_ends),
                signed = coalesce(:signed, signed),
                seen = :signed::boolean is null and (seen or :activity_seen),
                doubted = doubted or (:step = 'unsettled' and :upstream_id::text is null),
                quiet_reads = 0, quiet_since = null,
                queue_position = :queue_position, awaits_operator = :awaits_operator,
                queue_round = case when :step = 'queued' and step <> 'queued' then operation_round(operation)
                    else queue_round end,
                deadline = case
                    when :step = 'queued' then greatest(deadline, created_at + make_interval(secs => :queue_timeout))
                    when :step = 'unsettled' and not doubted
                        then greatest(deadline, window_ends + make_interval(secs => :deadline))
                    else deadline end,
                reconcile_at = now() + make_interval(secs => :reconcile_delay),
                step_since = case when step = :step then step_since else now() end,
                stuck_at = case when step = :step then stuck_at end,
                updated_at = now(), version = version + 1
            where operation_id = :operation_id and lease_owner = :lease_owner and lease_token = :lease_token
                and version = :version
            returning\s""" + OperationRowMapper.COLUMNS);

    static final NamedStatement UPDATE_QUIET_READS = NamedStatement.parse("""
            update operation set quiet_reads = :quiet_reads,
                quiet_since = case when :quiet_reads = 0 then null else coalesce(quiet_since, now()) end,
                next_step_at = now() + make_interval(secs => :next_step_delay), version = version + 1
            where operation_id = :operation_id and lease_owner = :lease_owner and lease_token = :lease_token
                and version = :version
            returning\s""" + OperationRowMapper.COLUMNS);

    private OperationStatements() {}
}
