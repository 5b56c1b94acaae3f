"""The Management API, versions 1 and 2."""
