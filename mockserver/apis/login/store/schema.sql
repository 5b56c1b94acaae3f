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
