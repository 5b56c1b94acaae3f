"""Merchants, partners and customers as values, pure."""
