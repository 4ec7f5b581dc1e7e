-- Pins that were drawn to be measured once more by somebody else, and what that
-- said; measured is NULL until then.
CREATE TABLE check_pins (
    id          BYTEA   PRIMARY KEY,
    province    TEXT   NOT NULL,
    counter     BYTEA   NOT NULL REFERENCES counters (id),
    pin         BYTEA   NOT NULL,
    why         TEXT   NOT NULL,
    drawn       BIGINT NOT NULL,
    drawn_by    BYTEA   NOT NULL,
    measured    BIGINT,
    measured_by BYTEA,
    verdict     TEXT,
    body        TEXT
);
CREATE INDEX check_pins_province ON check_pins (province, verdict, why);
CREATE INDEX check_pins_counter ON check_pins (counter);
