"""The Access token API on the wire: operation table, forms, problems, document."""
