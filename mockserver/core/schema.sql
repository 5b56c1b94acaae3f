-- Times are milliseconds since 1970 (UTC), amounts minor units, JSON is text.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- number is what things that fall due are written down under; digits is the organisation number without hyphens.
CREATE TABLE merchants (
    number INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    market TEXT NOT NULL,
    digits TEXT NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX merchants_by_digits ON merchants (digits, market);

CREATE TABLE partners (
    id   TEXT PRIMARY KEY,
    body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sales_units (
    msn         TEXT PRIMARY KEY,
    merchant_id TEXT NOT NULL,
    partner_id  TEXT,
    body        TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sales_units_by_merchant ON sales_units (merchant_id);
CREATE INDEX sales_units_by_partner ON sales_units (partner_id);

CREATE TABLE clients (
    client_id TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    owner     TEXT NOT NULL,
    body      TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX clients_by_owner ON clients (owner);

CREATE TABLE subscription_keys (
    subscription_key TEXT PRIMARY KEY,
    client_id        TEXT NOT NULL
) WITHOUT ROWID;

-- position keeps the order of the world: the first customer of a market is its default.
CREATE TABLE customers (
    position INTEGER PRIMARY KEY,
    phone    TEXT NOT NULL UNIQUE,
    token    TEXT NOT NULL UNIQUE,
    market   TEXT NOT NULL,
    body     TEXT NOT NULL
);
CREATE INDEX customers_by_market ON customers (market, position);

-- lookup is the CRC-32 sum of a name that clients choose; names.sql is its index.

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

CREATE TABLE due (
    due_at INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    key    INTEGER NOT NULL,
    PRIMARY KEY (due_at, kind, key)
) WITHOUT ROWID;

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

-- AUTOINCREMENT: a deleted order's number must not come again, since something may still be due under it.
CREATE TABLE product_orders (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    partner_id  TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    type        TEXT NOT NULL,
    state       TEXT NOT NULL,
    body        TEXT NOT NULL
);
CREATE INDEX product_orders_by_partner ON product_orders (partner_id, number);
CREATE INDEX product_orders_by_merchant ON product_orders (merchant_id, number);

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

CREATE TABLE logins (
    id         INTEGER PRIMARY KEY,
    guid       TEXT NOT NULL UNIQUE,
    msn        TEXT NOT NULL,
    phone      TEXT,
    state      TEXT NOT NULL,
    body       TEXT NOT NULL
);
CREATE INDEX logins_waiting ON logins (phone, id) WHERE state = 'waiting';

-- Logins that merchants started: login_id is their number in logins.
CREATE TABLE authentications (
    auth_req_id TEXT PRIMARY KEY,
    login_id    INTEGER NOT NULL UNIQUE,
    phone       TEXT NOT NULL,
    state       TEXT NOT NULL,
    expires_at  INTEGER NOT NULL,
    body        TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX authentications_pending ON authentications (phone, expires_at) WHERE state = 'pending';

-- What an approved login gives: by its code until that is used, by its access token after it.
CREATE TABLE login_grants (
    id               INTEGER PRIMARY KEY,
    msn              TEXT NOT NULL,
    phone            TEXT NOT NULL,
    code             TEXT UNIQUE,
    code_expires_at  INTEGER,
    used_at          INTEGER,
    token            TEXT UNIQUE,
    token_expires_at INTEGER,
    body             TEXT NOT NULL
);
CREATE INDEX login_grants_by_user ON login_grants (msn, phone);

CREATE TABLE login_consents (
    msn   TEXT NOT NULL,
    phone TEXT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (msn, phone)
) WITHOUT ROWID;
CREATE INDEX login_consents_by_phone ON login_consents (phone);

CREATE TABLE login_browsers (
    token         TEXT PRIMARY KEY,
    phone         TEXT NOT NULL,
    remembered_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Profiles shared with payments: scopes has, by scope, until when it can be read.
CREATE TABLE shared_profiles (
    sub    TEXT PRIMARY KEY,
    msn    TEXT NOT NULL,
    phone  TEXT NOT NULL,
    scopes TEXT NOT NULL
) WITHOUT ROWID;

-- What a scenario rule chose for one thing, or who was asked: kind says of what table key is the number.
CREATE TABLE conducts (
    kind TEXT NOT NULL,
    key  INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- The scenario rules in force, in order; body is a rule as it was written.
CREATE TABLE rules (
    position INTEGER PRIMARY KEY,
    enabled  INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    applied  INTEGER NOT NULL,
    body     TEXT NOT NULL
);
