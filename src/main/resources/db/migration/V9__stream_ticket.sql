-- Tickets that open one stream each. Unlogged, so empty after a crash of the server, after a failover and after a restore:
-- a ticket that was used can never come back. Each lives for seconds, and who loses one fetches another.
create unlogged table stream_ticket (
    hash         bytea primary key,  -- SHA-256 of the ticket, which stands nowhere
    target       text        not null, -- the address of the one stream that it opens
    origin       text        not null, -- of the page that may present it
    issuer       text        not null, -- the caller who fetched it, as his credential named him
    subject      text        not null,
    groups       text[]      not null,
    caller_until timestamptz not null, -- the end of his credential
    rests        text,                 -- what it rested on and can be taken back: a session, an access key
    expires_at   timestamptz not null
);
create index stream_ticket_caller on stream_ticket (issuer, subject, expires_at);
create index stream_ticket_old on stream_ticket (expires_at);
