-- What does not get on, and what the cloud contradicts after the end.
alter table operation
    add column step_since timestamptz not null default now(), -- when the present step began
    add column stuck_at   timestamptz;                        -- when it was first found at a step for too long

create index operation_drift on operation (project_id) where drift is not null;

-- Not every line is a decision any more: some tell what was observed.
alter table audit
    drop constraint audit_verdict_check,
    add constraint audit_verdict_check
        check (verdict in ('allowed', 'denied', 'undecided', 'anonymous', 'observed')) not valid;
