"""Kills servers under load, and looks at what they have kept: ``python -m tools.kill``."""
