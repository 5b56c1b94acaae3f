"""The tables of logins: rows to values and back."""
