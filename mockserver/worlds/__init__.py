"""Worlds: read from files, made up from a seed, and the one that comes with the package."""
