-- What has to be known about a request that may have left, to judge later whether it was carried out.
alter table operation
    add column caller_groups text[]  not null default '{}',  -- as the credential named them when it was let in
    add column signed        boolean not null default false, -- the last request was signed, which dates it
    add column window_ends   timestamptz,                    -- after this the cloud takes the last request no more
    add column doubted       boolean not null default false, -- some attempt was of unknown outcome
    add column seen          boolean not null default false, -- a look after it saw something going on
    add column quiet_reads   integer not null default 0,     -- looks in a row that saw no trace of it
    add column quiet_since   timestamptz,                    -- the first of them
    add column queue_round   integer not null default 0,     -- place in the server's line: by round, then by age
    add column drift         text,                           -- how the cloud contradicts what was found at the end
    add column reconcile_at  timestamptz;                    -- when an ended operation is compared with the cloud again

-- A server's turn: the cloud carries out one operation on a server at a time, so at most one is under way there.
create unique index operation_turn on operation (project_id, server_id)
    where step in ('sending', 'following', 'confirming');

-- Who waits for the turn of a server.
create index operation_queue on operation (project_id, server_id, created_at) where step = 'queued';

-- The round in which an operation waits: one after its caller's last on this server, and not before the round that the
-- line has reached. So each caller has one operation in each round, and nobody waits behind all of somebody else's.
create function operation_round(one operation) returns integer language sql stable as $$
    select greatest(
        (select max(queue_round) + 1 from operation
         where project_id = one.project_id and server_id = one.server_id and operation_id <> one.operation_id
           and step in ('queued', 'sending', 'following', 'confirming')
           and caller_issuer = one.caller_issuer and caller_subject = one.caller_subject),
        (select min(queue_round) from operation
         where project_id = one.project_id and server_id = one.server_id and operation_id <> one.operation_id
           and step = 'queued'),
        (select max(queue_round) from operation
         where project_id = one.project_id and server_id = one.server_id and operation_id <> one.operation_id
           and step in ('sending', 'following', 'confirming')),
        0)
$$;

create index operation_to_reconcile on operation (reconcile_at) where reconcile_at is not null;

-- One key is one request of one caller in one project (IETF draft-ietf-httpapi-idempotency-key-header-07).
create table idempotency_key (
    project_id     text        not null,
    caller_issuer  text        not null,
    caller_subject text        not null,
    key            text        not null,
    fingerprint    text        not null,                     -- of what was asked for
    operation_id   uuid        not null,
    created_at     timestamptz not null default now(),
    primary key (project_id, caller_issuer, caller_subject, key)
);

create index idempotency_key_operation on idempotency_key (operation_id);

-- Projects in which nothing is sent for now; '*' stands for all.
create table pause (
    project_id text        primary key,
    reason     text        not null,
    paused_by  text        not null,
    at         timestamptz not null default now()
);
