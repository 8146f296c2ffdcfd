-- One counter row per project. It is raised in the transaction that writes the event, as its last statement, so that
-- positions are gapless and in commit order: a reader at position p has seen everything up to p, and nothing else is left.
create table event_position (
    project_id text   primary key,
    position   bigint not null
);

create table event (
    project_id    text        not null,
    position      bigint      not null,
    operation_id  uuid        not null,
    server_id     uuid        not null,
    volume_id     uuid        not null,
    caller        text        not null,
    status_before text,
    status        text        not null,
    data          text        not null,               -- the operation's JSON as of this event
    at            timestamptz not null default now(),
    primary key (project_id, position)
);

create index event_by_operation on event (operation_id, position);
