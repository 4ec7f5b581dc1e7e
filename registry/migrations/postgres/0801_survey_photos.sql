-- The photos of a response by their SHA-256, 32 bytes each, beside what was
-- written in it: both wait until the response is among those that may be shown.
-- A response with photos and no words has an empty body.
ALTER TABLE comments ADD COLUMN photos BYTEA;
