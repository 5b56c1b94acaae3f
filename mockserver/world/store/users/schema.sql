-- A room of its own, so that stores from before there were users get it. No merchant, or no partner, is ''.
CREATE TABLE portal_users (
    merchant_id TEXT NOT NULL,
    partner_id  TEXT NOT NULL,
    email       TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (merchant_id, partner_id, email)
) WITHOUT ROWID;
CREATE INDEX portal_users_by_partner ON portal_users (partner_id, email);
