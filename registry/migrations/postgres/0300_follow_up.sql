-- Everything that a roster's account counts, in an index, so that no counter's
-- row is read for it.
CREATE INDEX counters_account ON counters (lao, status, due, pin_status);
-- Who of an LAO may sign in.
CREATE INDEX accounts_of_lao ON accounts (lao, role, disabled);

-- Why a counter need not be pinned; counters.due is 0 as long as there is one.
CREATE TABLE exemptions (
    counter BYTEA  PRIMARY KEY REFERENCES counters (id),
    reason  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    account BYTEA  NOT NULL
);

-- When an LAO was reminded, how and by whom.
CREATE TABLE reminders (
    id      BYTEA  PRIMARY KEY,
    lao     BIGINT NOT NULL REFERENCES laos (no),
    at      BIGINT NOT NULL,
    way     TEXT   NOT NULL,
    note    TEXT   NOT NULL,
    account BYTEA  NOT NULL
);
CREATE INDEX reminders_lao ON reminders (lao, at);

-- Whom a province calls at an LAO.
CREATE TABLE lao_contacts (
    lao     BIGINT PRIMARY KEY REFERENCES laos (no),
    person  TEXT   NOT NULL,
    phone   TEXT   NOT NULL,
    email   TEXT   NOT NULL,
    changed BIGINT NOT NULL,
    account BYTEA  NOT NULL
);
