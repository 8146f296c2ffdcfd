-- Sessions of browsers. Unlogged, so empty after a crash of the server, after a failover and after a restore: a session that
-- was ended can never come back. Who loses one logs in again.
create unlogged table browser_session (
    hash       bytea primary key,    -- SHA-256 of what the cookie holds, which stands nowhere
    issuer     text        not null, -- who logged in
    subject    text        not null,
    groups     text[]      not null, -- as the issuer said at the login
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index browser_session_caller on browser_session (issuer, subject, created_at);
create index browser_session_old on browser_session (expires_at);
