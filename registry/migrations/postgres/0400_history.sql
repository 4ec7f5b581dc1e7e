-- The last item of each group that was stored, at the revision that it was
-- stored with: by it a cursor knows that the registry's past is still the same.
CREATE TABLE history (
    revision BIGINT PRIMARY KEY,
    mark     BYTEA  NOT NULL
);
