-- Times are milliseconds since 1970 (UTC), amounts minor units, JSON is text.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE due (
    due_at INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    key    INTEGER NOT NULL,
    PRIMARY KEY (due_at, kind, key)
) WITHOUT ROWID;
