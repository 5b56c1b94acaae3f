"""The user's side of a login in a browser."""
