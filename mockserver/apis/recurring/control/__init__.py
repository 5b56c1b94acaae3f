"""Agreements and charges in the control API."""
