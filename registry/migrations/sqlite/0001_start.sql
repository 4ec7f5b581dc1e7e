-- One row: who this registry is and how far its revisions have come.
CREATE TABLE registry_state (
    one       BIGINT PRIMARY KEY CHECK (one = 1),
    registry  BLOB   NOT NULL,
    epoch     BLOB   NOT NULL,
    revision  BIGINT NOT NULL,
    -- Grows with every import, so that a running server reads its reference data anew.
    reference BIGINT NOT NULL
);

CREATE TABLE areas (
    code        TEXT PRIMARY KEY,
    th          TEXT NOT NULL,
    en          TEXT NOT NULL,
    tolerance_m DOUBLE PRECISION NOT NULL,
    shape       BLOB NOT NULL,
    revision    BIGINT NOT NULL
);

-- `no` is ours alone and short: every item and counter carries it.
CREATE TABLE laos (
    no              INTEGER PRIMARY KEY,
    id              BLOB   NOT NULL UNIQUE,
    type            TEXT   NOT NULL,
    name_th         TEXT   NOT NULL,
    province        TEXT   NOT NULL,
    district        TEXT,
    roster_complete BIGINT NOT NULL,
    revision        BIGINT NOT NULL
);
CREATE INDEX laos_province ON laos (province);

CREATE TABLE lao_codes (
    code       TEXT   NOT NULL,
    lao        BIGINT NOT NULL REFERENCES laos (no),
    valid_from TEXT   NOT NULL, -- '' where unknown
    valid_to   TEXT,
    PRIMARY KEY (code, valid_from)
);
CREATE INDEX lao_codes_lao ON lao_codes (lao);

CREATE TABLE lao_successors (
    lao       BIGINT NOT NULL REFERENCES laos (no),
    successor BIGINT NOT NULL REFERENCES laos (no),
    PRIMARY KEY (lao, successor)
);

CREATE TABLE accounts (
    id            BLOB   PRIMARY KEY,
    username      TEXT   NOT NULL UNIQUE,
    role          TEXT   NOT NULL,
    lao           BIGINT REFERENCES laos (no),
    province      TEXT,
    password      TEXT   NOT NULL,
    disabled      BIGINT NOT NULL,
    scope_version BIGINT NOT NULL,
    revision      BIGINT NOT NULL
);

CREATE TABLE devices (
    no      INTEGER PRIMARY KEY,
    account BLOB   NOT NULL,
    device  BLOB   NOT NULL,
    key     BLOB,
    UNIQUE (account, device)
);

-- One row a sign-in; tokens only as SHA-256.
CREATE TABLE sessions (
    family          BLOB   PRIMARY KEY,
    account         BLOB   NOT NULL,
    device          BLOB   NOT NULL,
    access_hash     BLOB   NOT NULL UNIQUE,
    access_expires  BIGINT NOT NULL,
    refresh_hash    BLOB   NOT NULL UNIQUE,
    refresh_expires BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);
CREATE TABLE spent_refresh_tokens (
    hash    BLOB   PRIMARY KEY,
    family  BLOB   NOT NULL,
    expires BIGINT NOT NULL
);

CREATE TABLE counters (
    id         BLOB   PRIMARY KEY,
    lao        BIGINT NOT NULL REFERENCES laos (no),
    name       TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    due        BIGINT NOT NULL,
    sample     BIGINT NOT NULL,
    pin_status TEXT   NOT NULL,
    shown      BLOB,
    conflict   BIGINT NOT NULL,
    review     BLOB,
    verified   BLOB,
    -- The cell of a grid in which the shown pin lies, to find its neighbours.
    cell       BIGINT,
    revision   BIGINT NOT NULL
);
CREATE INDEX counters_lao ON counters (lao, revision);
CREATE INDEX counters_cell ON counters (cell) WHERE cell IS NOT NULL;

-- Every item that ever arrived, byte for byte, with its result. Being the row's
-- key, the revision costs no index.
CREATE TABLE items (
    revision     INTEGER PRIMARY KEY,
    id           BLOB   NOT NULL UNIQUE,
    kind         TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    device       BIGINT NOT NULL REFERENCES devices (no),
    wall         BIGINT NOT NULL,
    mono         BIGINT NOT NULL,
    boot         BLOB   NOT NULL,
    clock_offset BIGINT,
    gnss         BIGINT,
    seen         BLOB,
    hash         BLOB   NOT NULL,
    -- What it is about: a pin's or proposal's counter, a review's pin, a statement's LAO.
    subject      BLOB   NOT NULL,
    -- Whose it is; NULL where that is not known yet.
    lao          BIGINT,
    conflict     BIGINT NOT NULL,
    payload      BLOB   NOT NULL,
    findings     TEXT,
    sig          BLOB
);
CREATE INDEX items_subject ON items (subject);
CREATE INDEX items_lao ON items (lao);
-- Reviews that came before their pins.
CREATE INDEX items_review_without_pin ON items (subject) WHERE kind = 'review' AND lao IS NULL;

-- What the department publishes, and the ends of records: body NULL.
-- scope: 'country', 'province:NN' or 'lao:NO'.
CREATE TABLE documents (
    record   TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    scope    TEXT   NOT NULL,
    body     TEXT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (record, key, scope)
);
CREATE INDEX documents_scope ON documents (scope, revision);

CREATE TABLE attachments (
    hash     BLOB   PRIMARY KEY,
    size     BIGINT NOT NULL,
    received BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    lao      BIGINT,
    account  BLOB   NOT NULL
);
CREATE TABLE attachment_chunks (
    hash BLOB   NOT NULL REFERENCES attachments (hash),
    at   BIGINT NOT NULL,
    body BLOB   NOT NULL,
    PRIMARY KEY (hash, at)
);
