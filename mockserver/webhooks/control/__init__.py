"""Webhooks in the control API, inboxes included."""
