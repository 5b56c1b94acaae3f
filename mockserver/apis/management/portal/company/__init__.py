"""The portal around product orders: who somebody is, and what a merchant, or whom it lets in, sees there."""
