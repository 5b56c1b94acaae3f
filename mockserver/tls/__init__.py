"""HTTPS for a server on this machine: an authority of its own, and the certificates that it signs."""
