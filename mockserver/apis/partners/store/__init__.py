"""The table of partners' papers: rows to values and back."""
