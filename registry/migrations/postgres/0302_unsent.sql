-- Since when a person's phone could not send something, as it last said.
CREATE TABLE unsent (
    account BYTEA  PRIMARY KEY,
    oldest  BIGINT NOT NULL,
    at      BIGINT NOT NULL
);
