-- What a project's feed is filtered by, told with, and where it begins.
alter table event
    add column type        text,  -- null where the version before wrote; then it is in data. Not filled in here, since
                                  -- an update of all events would keep every replica waiting for its end
    add column traceparent text;  -- of the request that began the operation (W3C Trace Context), if it sent one

alter table operation add column traceparent text;

-- Events at this position and before may have been removed by age.
alter table event_position add column floor bigint not null default 0;

-- Part of the name of a history: made anew when positions were seen to have gone back.
create table event_history (
    single     boolean primary key default true check (single),
    generation uuid    not null default gen_random_uuid()
);
insert into event_history default values;

-- Pages of operations, the newest first, and those that ended lately.
create index operation_page on operation (project_id, created_at desc, operation_id desc);
-- The same of one server and of one caller, who may have few of many.
create index operation_page_server on operation (project_id, server_id, created_at desc, operation_id desc);
create index operation_page_caller
    on operation (project_id, (caller_issuer || ':' || caller_subject), created_at desc, operation_id desc);
create index operation_ended on operation (project_id, ended_at) where ended_at is not null;
-- What is removed by age.
create index operation_old on operation (ended_at) where ended_at is not null;
