"""Signatures, as pure functions over a JOSE library. Imported late: cryptography is slow to load."""
