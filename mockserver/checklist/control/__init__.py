"""The checklist in the control API."""
