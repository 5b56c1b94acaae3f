"""The tables of product orders and emails: rows to values and back."""
