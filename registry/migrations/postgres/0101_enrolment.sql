-- Who uses an account and how they are reached; empty in those that lists made.
ALTER TABLE accounts ADD COLUMN leads BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN contact_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN contact_phone TEXT NOT NULL DEFAULT '';
-- Milliseconds since 1970 UTC; 0 where it is not known.
ALTER TABLE accounts ADD COLUMN made BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN signed_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN disabled_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_lao ON accounts (lao);

-- One-time codes; what is printed is here only as SHA-256.
CREATE TABLE one_time_codes (
    id        BYTEA   PRIMARY KEY,
    hash      BYTEA   NOT NULL UNIQUE,
    purpose   TEXT   NOT NULL, -- 'enrol' or 'reset'
    -- What the account may do that it makes, or whose password it resets.
    role      TEXT   NOT NULL,
    lao       BIGINT REFERENCES laos (no),
    province  TEXT,
    leads     BIGINT NOT NULL,
    account   BYTEA,
    issued_by BYTEA, -- NULL: the command line
    issued    BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    used      BIGINT,
    revoked   BIGINT
);
CREATE INDEX one_time_codes_lao ON one_time_codes (lao);

-- Browsers at which an account signed in before; the cookie only as SHA-256.
CREATE TABLE known_browsers (
    account BYTEA   NOT NULL REFERENCES accounts (id),
    hash    BYTEA   NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (account, hash)
);

-- The refresh token before the current one counts once more while nobody has
-- used what it brought: its answer was lost.
ALTER TABLE sessions ADD COLUMN previous_hash BYTEA;
ALTER TABLE sessions ADD COLUMN confirmed BIGINT NOT NULL DEFAULT 1;
ALTER TABLE sessions ADD COLUMN began BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
