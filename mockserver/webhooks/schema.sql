CREATE TABLE webhooks (
    id         TEXT PRIMARY KEY,
    position   INTEGER NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id   TEXT NOT NULL,
    body       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX webhooks_by_owner ON webhooks (owner_id, owner_kind);

-- A delivery that waits behind another of its subject is due at 9223372036854775807: the one before it lets it go.
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    event      TEXT NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    state      TEXT NOT NULL,
    tries      INTEGER NOT NULL
);
CREATE INDEX deliveries_in_line ON deliveries (webhook_id, subject, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_ready ON deliveries (webhook_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_finished ON deliveries (id) WHERE state NOT IN ('waiting', 'sending');

CREATE TABLE delivery_attempts (
    delivery_id INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
) WITHOUT ROWID;
