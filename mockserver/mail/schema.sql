-- An email that is not to be sent anywhere is due at 9223372036854775807.
CREATE TABLE emails (
    id       INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    address  TEXT NOT NULL,
    state    TEXT NOT NULL,
    due_at   INTEGER NOT NULL,
    body     TEXT NOT NULL
);
CREATE INDEX emails_due ON emails (due_at) WHERE state = 'waiting';
