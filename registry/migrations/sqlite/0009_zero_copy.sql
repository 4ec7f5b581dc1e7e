-- Every national catalogue that was ever published, as JSON: a declaration made
-- offline is judged by the one that its author had, too.
CREATE TABLE catalogues (
    version      BIGINT PRIMARY KEY,
    published_ms BIGINT NOT NULL,
    body         TEXT   NOT NULL
);

-- What LAOs add, as it stands: computed from the items of kind own_service.
CREATE TABLE own_services (
    lao      BIGINT NOT NULL REFERENCES laos (no),
    service  TEXT   NOT NULL,
    conflict BIGINT NOT NULL,
    body     TEXT   NOT NULL,
    PRIMARY KEY (lao, service)
);

-- The survey's real answers on copies, tallied: no trial ones, no row a person.
CREATE TABLE copy_answers (
    counter   BLOB   NOT NULL,
    day       TEXT   NOT NULL,
    service   TEXT   NOT NULL, -- '' where the form did not ask
    asked     BIGINT NOT NULL,
    documents TEXT   NOT NULL, -- codes, sorted, separated by spaces
    proxy     BIGINT NOT NULL,
    count     BIGINT NOT NULL,
    PRIMARY KEY (counter, day, service, asked, documents, proxy)
);

-- Where each counter stands that has a declaration or an answer, computed with
-- the catalogue of that version. One without a row is unknown.
CREATE TABLE zero_copy (
    counter             BLOB   PRIMARY KEY,
    catalogue           BIGINT NOT NULL,
    verdict             TEXT   NOT NULL,
    answers             BIGINT NOT NULL,
    answers_asked       BIGINT NOT NULL,
    answers_testing     BIGINT NOT NULL,
    answers_contrary    BIGINT NOT NULL,
    answers_unlisted    BIGINT NOT NULL,
    pairs_not_offered   BIGINT NOT NULL,
    pairs_asked         BIGINT NOT NULL,
    pairs_stopped       BIGINT NOT NULL,
    pairs_undeclared    BIGINT NOT NULL,
    pairs_contradicted  BIGINT NOT NULL,
    pairs_conflict      BIGINT NOT NULL,
    pairs_kept_unreasoned BIGINT NOT NULL
);
CREATE INDEX zero_copy_catalogue ON zero_copy (catalogue);
CREATE INDEX zero_copy_contrary ON zero_copy (verdict) WHERE answers_contrary > 0;
