"""Use cases of logins: load, decide, save, in one transaction each."""
