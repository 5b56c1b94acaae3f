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
