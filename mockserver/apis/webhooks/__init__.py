"""The Webhooks API, version 1."""
