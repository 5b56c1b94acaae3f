"""The customer's phone as pages: what waits there."""
