"""Use cases of payments: load, decide, save, in one transaction each."""
