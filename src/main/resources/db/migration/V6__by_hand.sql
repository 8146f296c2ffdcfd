-- What an operator has said about the circuit breaker of a service of the cloud, for all replicas; no row: nothing.
create table forced_guard (
    service   text        primary key check (service in ('modelarts', 'evs', 'iam')),
    state     text        not null check (state in ('open', 'closed')),
    forced_by text        not null,
    at        timestamptz not null default now()
);

-- Operators look for these among all that ever ended.
create index operation_drifted on operation (created_at desc) where drift is not null;
