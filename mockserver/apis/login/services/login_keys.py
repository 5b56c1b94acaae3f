"""The keys that id tokens are signed with: the packaged one, and those that the control API made."""

import json
from typing import Any

from mockserver.core import meta
from mockserver.core.engine import Tx

_NAME = "login_keys"


def _all(tx: Tx) -> list[dict[str, Any]]:
    """Every private key, the one in use last."""
    from mockserver.apis.login.services import keys

    made: list[dict[str, Any]] = json.loads(meta.get(tx.connection, _NAME) or "[]")
    return [keys.packaged(), *made]


def jwks(tx: Tx) -> list[dict[str, Any]]:
    """The public keys, the one in use first, the elliptic one last."""
    from mockserver.apis.login.services import keys

    return [keys.public(key) for key in (*reversed(_all(tx)), keys.packaged_elliptic())]


def rotate(tx: Tx) -> str:
    """Make a new key, sign with it from now on, and give its key id; those before stay in the JWKS."""
    from mockserver.apis.login.services import keys

    kid = f"public:{tx.ids.guid()}"
    made = [*_all(tx)[1:], keys.generate(kid)]
    meta.put(tx.connection, _NAME, json.dumps(made))
    return kid


def sign(tx: Tx, claims: dict[str, Any]) -> str:
    """An id token of these claims."""
    from mockserver.apis.login.services import keys

    return keys.sign(claims, _all(tx)[-1])


def sign_elliptic(claims: dict[str, Any]) -> str:
    """An id token of these claims, with ES256."""
    from mockserver.apis.login.services import keys

    return keys.sign(claims, keys.packaged_elliptic())


def read(tx: Tx, token: str) -> dict[str, Any] | None:
    """The claims of an id token that this server signed with any of its keys, expired or not; None for another."""
    from mockserver.apis.login.services import keys
    from mockserver.world.jwt import BadToken

    try:
        return keys.verify(token, [*_all(tx), keys.packaged_elliptic()])
    except BadToken:
        return None
