"""What of partners' papers must not be read in journal and log: the addresses of their pages."""

from collections.abc import Iterable

from mockserver.apis.partners.store import roads as store
from mockserver.core.engine import Tx


def secrets(tx: Tx, limit: int) -> Iterable[str]:
    """The parts of addresses that cannot be guessed, so many at most."""
    return store.pages(tx.connection, limit)
