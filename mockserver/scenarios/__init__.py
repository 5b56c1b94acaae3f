"""Scenario files, and the packaged ones."""
