"""Use cases: load, decide (domain), save. Plain functions of a transaction; the edges open and close it."""
