"""Logins in the control API."""
