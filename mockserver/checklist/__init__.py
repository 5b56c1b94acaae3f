"""Judges what an integration has shown by the points of the official checklists."""
