"""What ties forms, who has signed in, and who has shown the admin token, to a browser.

That is its cookies, and a secret of this server.
"""

import hmac
import secrets
from collections import OrderedDict
from typing import Final

MOST_OPEN: Final = 10_000
"""Browsers in which somebody has signed in; the one that signed in first is signed out for another."""


class Sessions:
    """Makes tokens that nobody can make who does not know the secret, which lasts as long as the server runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._open: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def of_form(self, visitor: str) -> str:
        """What forms hold that are for the browser with this cookie."""
        return self._made("form", visitor)

    def of_operator(self, admin_token: str) -> str:
        """The cookie of a browser in which the admin token was shown."""
        return self._made("operator", admin_token)

    def open(self, visitor: str, who: str) -> str:
        """Sign somebody in, in the browser with this cookie: the name of the session, which cannot be guessed."""
        name = secrets.token_urlsafe(24)
        self._open[name] = visitor, who
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return name

    def who(self, visitor: str, name: str) -> str | None:
        """Who has signed in; None for a session that is over, or is another browser's."""
        known, who = self._open.get(name, ("", ""))
        return who if who and known == visitor else None

    def close(self, name: str) -> None:
        """End a session, wherever its name was kept."""
        self._open.pop(name, None)

    def _made(self, purpose: str, text: str) -> str:
        return hmac.digest(self._secret, f"{purpose}:{text}".encode(), "sha256").hex()
