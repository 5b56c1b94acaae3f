"""The points of the Recurring checklist."""
