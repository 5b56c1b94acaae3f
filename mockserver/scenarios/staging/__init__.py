"""What is decided about a request before it runs."""
