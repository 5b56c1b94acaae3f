"""The points, each with its judge."""
