-- phone is the customer's number: of who has accepted, before that of whom the merchant or somebody's app has named.
CREATE TABLE agreements (
    id           INTEGER PRIMARY KEY,
    agreement_id TEXT NOT NULL,
    msn          TEXT NOT NULL,
    status       TEXT NOT NULL,
    phone        TEXT,
    created_at   INTEGER NOT NULL,
    body         TEXT NOT NULL
);
CREATE INDEX agreements_by_unit ON agreements (msn, status, id);
CREATE INDEX agreements_by_phone ON agreements (phone, status);

-- day is the one that a charge is due on; counted says whether it counts towards what its interval may cost.
CREATE TABLE charges (
    id        INTEGER PRIMARY KEY,
    charge_id TEXT NOT NULL,
    msn       TEXT NOT NULL,
    agreement INTEGER NOT NULL,
    state     TEXT NOT NULL,
    day       TEXT NOT NULL,
    amount    INTEGER NOT NULL,
    counted   INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX charges_by_agreement ON charges (agreement, id);
CREATE INDEX charges_by_day ON charges (agreement, day);

CREATE TABLE charge_events (
    charge         INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    name           TEXT NOT NULL,
    amount         INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    success        INTEGER NOT NULL,
    key            TEXT NOT NULL,
    transaction_id TEXT,
    PRIMARY KEY (charge, number)
) WITHOUT ROWID;

-- Items of batches that were taken, until they are made into charges; batch is the number of the first one of each.
CREATE TABLE charge_batch_items (
    id    INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    msn   TEXT NOT NULL,
    body  TEXT NOT NULL
);
