-- On which day in Bangkok the shown pin was saved, days since 1970: what the
-- lines of progress are drawn from, for a district as for the whole country.
ALTER TABLE counters ADD COLUMN shown_day BIGINT;
UPDATE counters SET shown_day =
    (SELECT (COALESCE(i.gnss, i.wall + COALESCE(i.clock_offset, 0)) + 25200000) / 86400000
     FROM items i WHERE i.id = counters.shown)
WHERE shown IS NOT NULL;
CREATE INDEX counters_done ON counters (lao, shown_day, status, due, pin_status)
WHERE status <> 'closed' AND due = 1 AND pin_status IN ('waiting', 'approved');
