-- The chain of seals over the audit record: docs/adr/0016-a-chain-over-the-audit-record.md.
create table audit_seal (
    number    bigint      primary key,                    -- one more than that of the seal before
    sealed_at timestamptz not null,
    lines     integer     not null check (lines > 0),
    key       text,                                       -- which key its hash was made with; null: none
    previous  bytea       not null,                       -- the hash of the seal before
    hash      bytea       not null
);

-- Where each line stands in the chain. A line gets its row in its own transaction and its seal later, so that one which is
-- committed late is found by having no seal, whatever its id.
create table audit_place (
    line   bigint  primary key,
    seal   bigint,
    place  integer,                                       -- within the seal, from 1 on
    digest bytea,
    check (num_nulls(seal, place, digest) in (0, 3))
);
create unique index audit_place_sealed on audit_place (seal, place);
create index audit_place_unsealed on audit_place (line) where seal is null;

-- The newest seal that was removed by age: what the oldest one that is kept continues.
create table audit_anchor (
    single    boolean primary key default true check (single),
    seal      bigint  not null,
    hash      bytea   not null,
    sealed_at timestamptz                                 -- null: nothing was removed yet
);
insert into audit_anchor (seal, hash) values (0, decode(repeat('00', 32), 'hex'));

create function audit_line_gets_place() returns trigger language plpgsql as $$
begin
    insert into audit_place (line) values (new.id);
    return null;
end
$$;
-- This waits for those who are writing lines and keeps others waiting until the migration is committed, so that each line
-- has its place: by the trigger, or by the statement after it.
create trigger audit_line_gets_place after insert on audit
    for each row execute function audit_line_gets_place();
insert into audit_place (line) select id from audit;

-- What was once written stays, except that what the anchor has passed may go. Only the owner of the tables or a superuser
-- can take the triggers away.
create or replace function audit_is_append_only() returns trigger language plpgsql as $$
declare
    sealed bigint;
begin
    if tg_op = 'DELETE' then
        if tg_table_name = 'audit' then
            select seal into sealed from audit_place where line = old.id;
        else
            sealed := to_jsonb(old) ->> tg_argv[0];
        end if;
        if sealed <= (select seal from audit_anchor) then
            return old;
        end if;
    end if;
    raise exception 'the audit record is append-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_seal_no_change before update or delete on audit_seal
    for each row execute function audit_is_append_only('number');
create trigger audit_seal_no_truncate before truncate on audit_seal
    for each statement execute function audit_is_append_only();
create trigger audit_place_no_removal before delete on audit_place
    for each row execute function audit_is_append_only('seal');
create trigger audit_place_no_change before update on audit_place
    for each row when (old.seal is not null or new.line <> old.line) execute function audit_is_append_only();
create trigger audit_place_no_truncate before truncate on audit_place
    for each statement execute function audit_is_append_only();

-- The anchor goes forward only, to a seal that is there, and never to one that is younger than a day.
create function audit_anchor_moves_on() returns trigger language plpgsql as $$
begin
    if new.seal > old.seal and exists (
        select from audit_seal s
        where s.number = new.seal and s.hash = new.hash and s.sealed_at = new.sealed_at
          and s.sealed_at < now() - interval '1 day')
    then
        return new;
    end if;
    raise exception 'the audit record is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_anchor_moves_on before update on audit_anchor
    for each row execute function audit_anchor_moves_on();
create trigger audit_anchor_stays before delete on audit_anchor
    for each row execute function audit_is_append_only();
create trigger audit_anchor_no_truncate before truncate on audit_anchor
    for each statement execute function audit_is_append_only();
