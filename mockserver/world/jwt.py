"""Access tokens: JWTs signed with RS256.

The packaged key is public by nature, as is the packaged world: a token of this server proves nothing to anybody
else. Loading it takes a millisecond, making one would take a hundred times that at every start.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"


class BadToken(Exception):
    """The text is not a token that this key signed."""


@cache
def packaged_key() -> RSAKey:
    """The key that comes with the package."""
    text = resources.files("mockserver.world").joinpath("development-key.json").read_text("utf-8")
    return RSAKey.import_key(json.loads(text))


def sign(claims: dict[str, Any]) -> str:
    """A compact JWT of these claims, its ``kid`` naming the key."""
    key = packaged_key()
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key)


def verify(token: str) -> dict[str, Any]:
    """The claims of a token that the packaged key signed; its times are for the caller to check.

    Raises BadToken for anything else.
    """
    try:
        return dict(jwt.decode(token, packaged_key(), algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError) as error:
        raise BadToken(str(error)) from error
