"""The points of the ePayment checklist."""
