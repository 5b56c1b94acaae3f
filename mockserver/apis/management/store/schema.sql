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
