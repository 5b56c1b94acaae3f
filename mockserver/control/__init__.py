"""The control API under /_mock: everything that a test or a page can do to the emulator."""
