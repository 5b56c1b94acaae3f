"""State files and snapshots: all that is stored, as one text."""
