"""State files and snapshots in the control API."""
