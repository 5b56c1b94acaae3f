"""The tables of the world: rows to values and back."""
