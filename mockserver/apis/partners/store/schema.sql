CREATE TABLE partner_roads (
    number     INTEGER PRIMARY KEY,
    partner_id TEXT NOT NULL UNIQUE,
    page       TEXT NOT NULL UNIQUE,
    body       TEXT NOT NULL
);
