"""Who is there: merchants, sales units, customers, partners, their keys and tokens, and who calls."""

from typing import Final

TABLES: Final = ("mockserver.world.store", "mockserver.world.store.users")
"""The packages whose ``schema.sql`` has the tables of everybody who is there."""
