-- When its LAO took a photo back, milliseconds since 1970 UTC: its bytes are gone
-- then, and nobody is asked for them again.
ALTER TABLE attachments ADD COLUMN removed BIGINT;
