-- Every version of every form that was ever published, for ever: a late response
-- is kept under the version that it was given to. `no` is ours alone and short.
CREATE TABLE forms (
    no           BIGINT PRIMARY KEY,
    id           TEXT   NOT NULL,
    version      TEXT   NOT NULL,
    -- Whether real responses are taken too; trial ones always are.
    real         BIGINT NOT NULL,
    published_ms BIGINT NOT NULL,
    body         TEXT   NOT NULL,
    UNIQUE (id, version)
);

-- What may be shown of the responses, counted, as JSON: by place ('country',
-- 'province:NN', 'lao:NO', 'counter:ID') and month (year * 12 + month from 0).
CREATE TABLE results (
    place  TEXT   NOT NULL,
    form   BIGINT NOT NULL REFERENCES forms (no),
    trial  BIGINT NOT NULL,
    period BIGINT NOT NULL,
    body   TEXT   NOT NULL,
    PRIMARY KEY (place, form, trial, period)
);

-- Real responses that wait until there are enough of one form and finest place
-- to be shown.
CREATE TABLE results_held (
    form  BIGINT NOT NULL REFERENCES forms (no),
    place TEXT   NOT NULL,
    body  TEXT   NOT NULL,
    PRIMARY KEY (form, place)
);

-- What people wrote. Public once a person of the LAO has read it (`shown`).
CREATE TABLE comments (
    item     BYTEA  PRIMARY KEY,
    form     BIGINT NOT NULL REFERENCES forms (no),
    trial    BIGINT NOT NULL,
    place    TEXT   NOT NULL,
    lao      BIGINT,
    period   BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    -- Whether its response is among those that may be shown.
    released BIGINT NOT NULL,
    read_by  BYTEA,
    read_ms  BIGINT,
    shown    BIGINT NOT NULL
);
CREATE INDEX comments_lao ON comments (lao, read_ms) WHERE released = 1;
CREATE INDEX comments_place ON comments (place, form);
-- Responses that came before their counters.
CREATE INDEX items_response_waiting ON items (subject) WHERE kind = 'response' AND lao IS NULL;
