"""The keys that id tokens are signed with."""

from collections.abc import Callable
from typing import Any, Final

from mockserver.core.engine import Tx
from mockserver.core.named import Named
from mockserver.world.services.keyrings import GENERATE, PACKAGED, Keyring

_PREFIX = "public:"
KEYS: Final = Keyring("login_keys", PACKAGED, GENERATE, _PREFIX)
"""For RS256."""
ELLIPTIC_KEYS: Final = Keyring(
    "login_elliptic_keys",
    Named("mockserver.apis.login.services.keys:packaged_elliptic"),
    Named[Callable[[str], dict[str, Any]]]("mockserver.world.jwt:generate_elliptic"),
    _PREFIX,
)
"""For ES256."""


def jwks(tx: Tx) -> list[dict[str, Any]]:
    """The public keys, the one in use first, elliptic ones last; needs a transaction."""
    from mockserver.world import jwt

    found = []
    for ring in (KEYS, ELLIPTIC_KEYS):
        ring.current(tx)
        found += [jwt.public(key) for key in reversed(ring.all(tx))]
    return found


def rotate(tx: Tx) -> str:
    """Make a new RS256 key, sign with it from now on, and give its key id; those before stay in the JWKS."""
    return str(KEYS.rotate(tx)["kid"])


def sign(tx: Tx, claims: dict[str, Any], ring: Keyring = KEYS) -> str:
    """An id token of these claims."""
    from mockserver.world import jwt

    return jwt.sign(claims, ring.current(tx))


def read(tx: Tx, token: str) -> dict[str, Any] | None:
    """The claims of an id token that this server signed with any of its keys, expired or not; None for another."""
    from mockserver.world import jwt

    try:
        return jwt.verify(token, [*KEYS.all(tx), *ELLIPTIC_KEYS.all(tx)])
    except jwt.BadToken:
        return None
