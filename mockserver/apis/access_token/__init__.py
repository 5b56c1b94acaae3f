"""The Access token API: keys in, a Bearer token out."""
