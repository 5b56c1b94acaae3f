-- lookup is the CRC-32 sum of a name that clients choose, for builds whose index in memory had that (core/database).
-- scope is a digest of caller, method, path and key; request a digest of what was sent.
CREATE TABLE kept_answers (
    id       INTEGER PRIMARY KEY,
    lookup   INTEGER NOT NULL,
    scope    BLOB NOT NULL,
    request  BLOB NOT NULL,
    kept_at  INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    body     BLOB NOT NULL,
    warnings TEXT
);
