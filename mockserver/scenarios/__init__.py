"""Scenario files, and the packaged ones."""


class BadScenario(ValueError):
    """A scenario cannot be had; the message is one line with file, line, and what is wrong."""
