"""What customers see of agreements, and do with them."""
