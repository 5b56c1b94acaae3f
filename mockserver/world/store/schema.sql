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

-- Profiles shared with payments: scopes has, by scope, until when it can be read.
CREATE TABLE shared_profiles (
    sub    TEXT PRIMARY KEY,
    msn    TEXT NOT NULL,
    phone  TEXT NOT NULL,
    scopes TEXT NOT NULL
) WITHOUT ROWID;
