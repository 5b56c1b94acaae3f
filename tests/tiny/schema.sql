CREATE TABLE parcels (
    id    INTEGER PRIMARY KEY,
    msn   TEXT NOT NULL,
    phone TEXT NOT NULL,
    size  TEXT NOT NULL,
    state TEXT NOT NULL
);
