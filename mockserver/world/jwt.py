"""JWTs and the keys that sign them: private JSON Web Keys as plain dictionaries.

The packaged key is public by nature, as is the packaged world: a token signed by it proves nothing to anybody else.
To load one takes up to a twentieth of a second, since it is checked, and to make one twice that.
"""

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

ALGORITHM: Final = "RS256"
ELLIPTIC: Final = "ES256"
_BITS = 2048
_TOLD: Final = ("kid", "use", "alg")
"""What is said of a key besides its numbers."""
Key = dict[str, Any]


class BadToken(Exception):
    """The text is not a token that these keys signed."""


@cache
def _packaged() -> str:
    return resources.files("mockserver.world").joinpath("development-key.json").read_text("utf-8")


def packaged() -> Key:
    """The private RSA key that comes with the package."""
    return dict(json.loads(_packaged()))


def generate(kid: str) -> Key:
    """A new private RSA key under this key id, loaded; takes up to a tenth of a second of processor time."""
    key = dict(RSAKey.generate_key(_BITS, {"kid": kid}, private=True).as_dict(private=True))
    load(key)
    return key


def generate_elliptic(kid: str) -> Key:
    """A new private P-256 key under this key id."""
    return dict(ECKey.generate_key("P-256", {"kid": kid}, private=True).as_dict(private=True))


def load(key: Key) -> None:
    """Be ready to sign with this key, under whatever id: may run in a thread, so that signing holds up nobody."""
    _imported(json.dumps(key))


def public(key: Key) -> Key:
    """What a JWKS shows of a private key."""
    names = ("kty", "kid", "crv", "x", "y") if _is_elliptic(key) else ("kty", "kid", "n", "e")
    return {"use": "sig", "alg": _algorithm(key)} | {name: key[name] for name in names}


def sign(claims: dict[str, Any], key: Key) -> str:
    """A compact JWT of these claims, signed with RS256 or by an elliptic key with ES256, its ``kid`` naming the key."""
    return jwt.encode({"alg": _algorithm(key), "kid": key["kid"], "typ": "JWT"}, claims, _imported(json.dumps(key)))


def verify(token: str, keys: Iterable[Key]) -> dict[str, Any]:
    """The claims of a token that one of these keys signed; its times are for the caller to check.

    Raises BadToken for anything else.
    """
    # Only the key that the token names is read: with many of them it would take seconds.
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        known = KeySet([_imported(json.dumps(key)) for key in keys if key["kid"] == kid])
        algorithms = {ELLIPTIC if isinstance(key, ECKey) else ALGORITHM for key in known.keys}
        return dict(jwt.decode(token, known, algorithms=[*algorithms]).claims)
    except (JoseError, ValueError) as error:
        raise BadToken(str(error)) from error


def is_private(key: Key) -> bool:
    """Whether this is a private RSA or P-256 key."""
    try:
        verify(sign({}, key), [public(key)])
    except Exception:  # whatever the library finds in a key that is none
        return False
    return True


@lru_cache(maxsize=64)
def _imported(key: str) -> RSAKey | ECKey:
    content = json.loads(key)
    told: Any = {name: content.pop(name) for name in _TOLD if name in content}
    kind = ECKey if _is_elliptic(content) else RSAKey
    return kind(_checked(kind, json.dumps(content, sort_keys=True)), None, told)


@lru_cache(maxsize=64)
def _checked(kind: type[RSAKey | ECKey], numbers: str) -> Any:
    return kind.import_key(json.loads(numbers)).raw_value


def _is_elliptic(key: Key) -> bool:
    return bool(key["kty"] == "EC")


def _algorithm(key: Key) -> str:
    return ELLIPTIC if _is_elliptic(key) else ALGORITHM
