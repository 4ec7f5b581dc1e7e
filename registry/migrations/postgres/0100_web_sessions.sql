-- Who is signed in on the web pages; the cookie's token only as SHA-256.
CREATE TABLE web_sessions (
    id      BYTEA  PRIMARY KEY,
    hash    BYTEA  NOT NULL UNIQUE,
    account BYTEA  NOT NULL REFERENCES accounts (id),
    began   BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);
CREATE INDEX web_sessions_account ON web_sessions (account);
