"""What the project is checked with, and is no part of."""
