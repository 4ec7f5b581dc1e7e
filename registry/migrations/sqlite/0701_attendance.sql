-- Who said that they will come to a meeting (an announcement's key), and whether
-- somebody of theirs did; NULL where nobody said so.
CREATE TABLE attendance (
    meeting     TEXT   NOT NULL,
    lao         BIGINT NOT NULL REFERENCES laos (no),
    will        BIGINT,
    people      BIGINT NOT NULL,
    answered    BIGINT,
    answered_by BLOB,
    came        BIGINT,
    noted       BIGINT,
    noted_by    BLOB,
    PRIMARY KEY (meeting, lao)
);
