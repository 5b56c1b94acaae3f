-- lookup is the CRC-32 sum of a name that clients choose, for builds whose index in memory had that (core/database).

-- body is where the payment stands, as an array: SQLite and Python take their time for each column that is read.
CREATE TABLE payments (
    id              INTEGER PRIMARY KEY,
    lookup          INTEGER NOT NULL,
    reference       TEXT NOT NULL,
    msn             TEXT NOT NULL,
    state           TEXT NOT NULL,
    body            TEXT NOT NULL,
    terms           TEXT NOT NULL,
    metadata        TEXT,
    idempotency_key TEXT,
    offers          TEXT
);

-- The CREATED event of a payment is its own row in payments: the one thing that happens to each.
-- reason and phone: why an attempt to pay failed, and whose it was.
CREATE TABLE payment_events (
    payment_id      INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    name            TEXT NOT NULL,
    amount          INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    psp_reference   TEXT NOT NULL,
    idempotency_key TEXT,
    success         INTEGER NOT NULL,
    reason          TEXT,
    phone           TEXT,
    PRIMARY KEY (payment_id, number)
) WITHOUT ROWID;
