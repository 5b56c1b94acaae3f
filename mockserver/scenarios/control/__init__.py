"""Scenario rules in the control API."""
