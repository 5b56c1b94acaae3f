"""Emails in the control API."""
