"""The customer's side of a payment in a browser."""
