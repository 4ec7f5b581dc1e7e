-- Who did what, when, from where. Each row's hash covers the row before it, so
-- one that is changed or missing shows; `audit_head` is the last one's.
CREATE TABLE audit (
    no     BIGINT PRIMARY KEY, -- 1, 2, 3 …
    at     BIGINT NOT NULL,    -- milliseconds since 1970 UTC
    who    BYTEA,              -- an account's id
    act    TEXT   NOT NULL,
    what   TEXT   NOT NULL,    -- a JSON object
    origin TEXT   NOT NULL,    -- an address, or 'command line'
    hash   BYTEA  NOT NULL
);
CREATE TABLE audit_head (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    no   BIGINT NOT NULL,
    hash BYTEA  NOT NULL
);
INSERT INTO audit_head (one, no, hash)
VALUES (1, 0, '\x0000000000000000000000000000000000000000000000000000000000000000');
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
