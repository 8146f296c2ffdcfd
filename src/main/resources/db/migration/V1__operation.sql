-- One row is one operation, from its reservation of the disk to its end.
create table operation (
    operation_id          uuid        primary key,
    project_id            text        not null,
    server_id             uuid        not null,
    volume_id             uuid        not null,
    type                  text        not null check (type in ('node_attach_volume', 'node_detach_volume')),
    caller_issuer         text        not null,
    caller_subject        text        not null,
    request_id            text        not null,

    step                  text        not null,
    status                text        not null check (status in ('pending', 'running', 'success', 'failed')),
    attempts              integer     not null default 0,
    detail                text,
    upstream_operation_id text,
    failure               jsonb,
    baseline              jsonb,                      -- the disk's attachments as the checks of the first send saw them
    send_before           timestamptz,                -- no byte of the present attempt leaves after this
    answer_by             timestamptz not null,       -- until then a caller waits for the answer
    deadline              timestamptz not null,       -- what was not sent by then is given up

    version               integer     not null default 0,
    lease_owner           uuid,
    lease_token           bigint      not null default 0,
    lease_until           timestamptz not null default '-infinity',
    next_step_at          timestamptz not null,

    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    ended_at              timestamptz,

    check ((ended_at is not null) = (status in ('success', 'failed')))
);

-- The reservation: at most one unfinished operation for a disk, whoever asks and on whichever replica.
create unique index operation_one_unfinished_per_disk on operation (project_id, volume_id) where ended_at is null;

-- What a replica looks for when it takes over work.
create index operation_due on operation (next_step_at) where ended_at is null;

-- "Already here" names the operation that attached the disk.
create index operation_by_disk on operation (project_id, volume_id, ended_at desc);
