"""The Webhooks API on the wire: operation table, forms, problems, document."""
