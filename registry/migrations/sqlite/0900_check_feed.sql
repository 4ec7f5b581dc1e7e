-- Checks travel to phones: each gets a revision, those that are there already too.
ALTER TABLE check_pins ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
UPDATE check_pins SET revision = (SELECT revision FROM registry_state WHERE one = 1)
    + (SELECT COUNT(*) FROM check_pins o WHERE o.id <= check_pins.id);
UPDATE registry_state SET revision = revision + (SELECT COUNT(*) FROM check_pins) WHERE one = 1;
CREATE INDEX check_pins_revision ON check_pins (revision);
