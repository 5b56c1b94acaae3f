"""Payments in the control API."""
