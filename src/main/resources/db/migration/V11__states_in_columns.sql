-- States that were part of a sentence for callers. The columns are null where the version before wrote: it ignores them, so
-- that both versions may run side by side and the older one may come back.
alter table operation
    add column queue_position  integer,     -- as callers see it; null: not queued, or sends are paused
    add column drift_since     timestamptz, -- when the present drift began; null: no drift
    add column awaits_operator boolean;     -- unsettled, and only an operator can decide

update operation set queue_position = substring(detail from 'Place in line: (\d{1,9})\.$')::integer
where step = 'queued';

update operation set awaits_operator = true
where step = 'unsettled' and detail like '% The disk stays reserved until an operator decides.';

-- A drift began with the first event of its operation after the last one without a drift.
update operation o set drift_since = coalesce(
    (select min(e.at) from event e where e.operation_id = o.operation_id and e.position > coalesce(
        (select max(b.position) from event b
         where b.operation_id = o.operation_id and b.data::jsonb ->> 'drift' is null), 0)),
    o.updated_at)
where drift is not null;
