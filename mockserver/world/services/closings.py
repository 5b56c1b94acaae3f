"""What becomes of a customer whose account is closed, beyond the customer itself."""

from collections.abc import Callable, Iterable

from mockserver.core.engine import Tx

Closing = Callable[[Tx, str], None]
"""Told the phone number of somebody whose account is closed, in the transaction that closes it."""


class Closings:
    """Everybody who wants to know; ``load`` is asked when the first account is closed."""

    def __init__(self, load: Callable[[], Iterable[Closing]] = tuple) -> None:
        self._load = load

    def tell(self, tx: Tx, phone: str) -> None:
        """The account of this number is closed."""
        for each in self._load():
            each(tx, phone)
