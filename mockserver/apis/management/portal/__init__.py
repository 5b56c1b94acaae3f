"""The merchant's side in a browser: product orders."""
