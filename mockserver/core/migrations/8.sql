-- Why an attempt to pay failed, and whose it was.
ALTER TABLE payment_events ADD COLUMN reason TEXT;
ALTER TABLE payment_events ADD COLUMN phone TEXT;
