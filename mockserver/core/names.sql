-- The index of all names that clients choose, by their CRC-32 sums; equality is checked on the row.
-- It is a database of its own, in memory. Names come in any order, so pages of their index split all the time, and
-- each split makes SQLite walk over all pages of that database in its cache: here there are few.

CREATE TABLE names.payment_names (
    lookup INTEGER NOT NULL,
    id     INTEGER NOT NULL,
    PRIMARY KEY (lookup, id)
) WITHOUT ROWID;

CREATE TABLE names.answer_names (
    lookup INTEGER NOT NULL,
    id     INTEGER NOT NULL,
    PRIMARY KEY (lookup, id)
) WITHOUT ROWID;
