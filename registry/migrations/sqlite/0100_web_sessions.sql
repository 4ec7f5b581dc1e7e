-- Who is signed in on the web pages; the cookie's token only as SHA-256.
CREATE TABLE web_sessions (
    id      BLOB   PRIMARY KEY,
    hash    BLOB   NOT NULL UNIQUE,
    account BLOB   NOT NULL REFERENCES accounts (id),
    began   BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);
CREATE INDEX web_sessions_account ON web_sessions (account);
