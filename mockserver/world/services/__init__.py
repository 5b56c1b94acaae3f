"""Use cases of the world: look up, change, let in."""
