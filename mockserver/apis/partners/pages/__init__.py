"""The road to being a partner in a browser."""
