-- Checks travel to phones: each gets a revision, those that are there already too.
-- The count goes up first: from then on no other process takes one of these.
ALTER TABLE check_pins ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
UPDATE registry_state SET revision = revision + (SELECT COUNT(*) FROM check_pins) WHERE one = 1;
UPDATE check_pins SET revision = (SELECT revision FROM registry_state WHERE one = 1)
    - (SELECT COUNT(*) FROM check_pins o WHERE o.id > check_pins.id);
CREATE INDEX check_pins_revision ON check_pins (revision);
CREATE INDEX check_pins_feed ON check_pins (province, revision);
-- What was measured for a check that is not known here.
CREATE INDEX items_check_waiting ON items (subject) WHERE kind = 'check_pin' AND lao IS NULL;
