-- Who did what, when, from where. Each row's hash covers the row before it, so
-- one that is changed or missing shows; `audit_head` is the last one's.
CREATE TABLE audit (
    no     INTEGER PRIMARY KEY, -- 1, 2, 3 …
    at     BIGINT NOT NULL,     -- milliseconds since 1970 UTC
    who    BLOB,                -- an account's id
    act    TEXT   NOT NULL,
    what   TEXT   NOT NULL,     -- a JSON object
    origin TEXT   NOT NULL,     -- an address, or 'command line'
    hash   BLOB   NOT NULL
);
CREATE TABLE audit_head (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    no   BIGINT NOT NULL,
    hash BLOB   NOT NULL
);
INSERT INTO audit_head (one, no, hash)
VALUES (1, 0, X'0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
