"""The road to being a partner in the control API."""
