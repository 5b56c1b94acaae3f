"""Use cases of product orders and agreements: load, decide, save, in one transaction each."""
