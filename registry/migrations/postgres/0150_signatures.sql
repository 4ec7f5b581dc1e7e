-- Keys that a device had before the one in `devices`: what was signed with one
-- is kept with a finding. `ended` is milliseconds since 1970 UTC.
CREATE TABLE former_keys (
    device BIGINT NOT NULL REFERENCES devices (no),
    key    BYTEA  NOT NULL,
    ended  BIGINT NOT NULL,
    PRIMARY KEY (device, key)
);
