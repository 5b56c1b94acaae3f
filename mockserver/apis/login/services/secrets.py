"""What of logins must not be read in journal and log. It imports little: the log asks for it soon after the start."""

from collections.abc import Iterable

from mockserver.apis.login.store import secrets as store
from mockserver.core.engine import Tx


def secrets(tx: Tx, limit: int) -> Iterable[str]:
    """Codes and tokens of logins, so many of each kind at most."""
    return store.newest(tx.connection, limit)
