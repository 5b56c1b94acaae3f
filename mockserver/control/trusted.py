"""Whom clients trust. Apart from the page about it, which is much to import at each start."""

from mockserver.core.values import frozen


@frozen
class Trusted:
    """The certificate (PEM) that clients have to trust, if the server speaks TLS."""

    authority: bytes | None = None
