"""The tables of payments: rows to values and back."""
