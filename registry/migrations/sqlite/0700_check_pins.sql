-- Pins that were drawn to be measured once more by somebody else, and what that
-- said; measured is NULL until then.
CREATE TABLE check_pins (
    id          BLOB   PRIMARY KEY,
    province    TEXT   NOT NULL,
    counter     BLOB   NOT NULL REFERENCES counters (id),
    pin         BLOB   NOT NULL,
    why         TEXT   NOT NULL,
    drawn       BIGINT NOT NULL,
    drawn_by    BLOB   NOT NULL,
    measured    BIGINT,
    measured_by BLOB,
    verdict     TEXT,
    body        TEXT
);
CREATE INDEX check_pins_province ON check_pins (province, verdict, why);
CREATE INDEX check_pins_counter ON check_pins (counter);
