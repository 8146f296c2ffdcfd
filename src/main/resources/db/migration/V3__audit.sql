-- Every decision of the doorman, one line each; anonymous refusals as counts.
CREATE TABLE audit (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    request_id     text,
    span_id        text,
    issuer         text,
    subject        text,
    action         text,
    project_id     text,
    server_id      text,
    volume_id      text,
    operation_id   text,
    verdict        text        NOT NULL CHECK (verdict IN ('allowed', 'denied', 'undecided', 'anonymous')),
    rule           text,
    reason         text,
    client_address text,
    count          integer     NOT NULL DEFAULT 1 CHECK (count > 0)
);

CREATE INDEX audit_request ON audit (request_id);
CREATE INDEX audit_project_at ON audit (project_id, at);

-- What was once written stays: only a superuser who takes the triggers away can change it.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit record is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
