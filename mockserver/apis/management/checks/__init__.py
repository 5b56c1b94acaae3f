"""The points of the partner checklist."""
