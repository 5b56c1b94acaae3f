"""What leaves the server: the only outgoing HTTP."""
