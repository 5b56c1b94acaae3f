"""The dashboard: what happens on the server, as pages, and buttons that are calls of the control API."""
