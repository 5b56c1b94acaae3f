"""The process: command line, settings, serving, log."""
