"""What ties forms, who has signed in, and who has shown the admin token, to a browser.

That is its cookies, and a secret of this server.
"""

import hmac
import secrets


class Sessions:
    """Makes tokens that nobody can make who does not know the secret, which lasts as long as the server runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def of_form(self, visitor: str) -> str:
        """What forms hold that are for the browser with this cookie."""
        return self._made("form", visitor)

    def of_operator(self, admin_token: str) -> str:
        """The cookie of a browser in which the admin token was shown."""
        return self._made("operator", admin_token)

    def of_portal(self, visitor: str, who: str) -> str:
        """What the browser with this cookie was given when it signed in as ``who``."""
        return self._made("portal", f"{visitor}:{who}")

    def _made(self, purpose: str, text: str) -> str:
        return hmac.digest(self._secret, f"{purpose}:{text}".encode(), "sha256").hex()
