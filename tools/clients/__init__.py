"""Makes the clients in clients/ of the control API's own document: ``python -m tools.clients``."""
