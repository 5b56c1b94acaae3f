"""Signing keys of id tokens: public and private JSON Web Keys as plain dictionaries, and JWTs made with them."""

import hashlib
import json
from base64 import urlsafe_b64encode
from functools import cache
from importlib import resources
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from mockserver.world.jwt import ALGORITHM, BadToken, packaged_key

ELLIPTIC = "ES256"
_BITS = 2048


def packaged() -> dict[str, Any]:
    """The private key that comes with the package."""
    return dict(packaged_key().as_dict(private=True))


@cache
def _packaged_elliptic() -> str:
    return resources.files("mockserver.apis.login").joinpath("development-ec-key.json").read_text("utf-8")


def packaged_elliptic() -> dict[str, Any]:
    """The private P-256 key that comes with the package."""
    return dict(json.loads(_packaged_elliptic()))


def generate(kid: str) -> dict[str, Any]:
    """A new private RSA key under this key id; takes about a tenth of a second."""
    key = RSAKey.generate_key(_BITS, {"kid": kid}, private=True)
    return dict(key.as_dict(private=True))


def public(key: dict[str, Any]) -> dict[str, Any]:
    """What a JWKS shows of a private key."""
    names = ("kty", "kid", "crv", "x", "y") if _is_elliptic(key) else ("kty", "kid", "n", "e")
    return {"use": "sig", "alg": _algorithm(key)} | {name: key[name] for name in names}


def _is_elliptic(key: dict[str, Any]) -> bool:
    return bool(key["kty"] == "EC")


def _algorithm(key: dict[str, Any]) -> str:
    return ELLIPTIC if _is_elliptic(key) else ALGORITHM


def _imported(key: dict[str, Any]) -> RSAKey | ECKey:
    return ECKey.import_key(dict(key)) if _is_elliptic(key) else RSAKey.import_key(dict(key))


def sign(claims: dict[str, Any], key: dict[str, Any]) -> str:
    """A compact JWT of these claims, signed with RS256 or by an elliptic key with ES256, its ``kid`` naming the key."""
    return jwt.encode({"alg": _algorithm(key), "kid": key["kid"], "typ": "JWT"}, claims, _imported(key))


def verify(token: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """The claims of a token that one of these keys signed; raises BadToken. Its times are for the caller to check."""
    known = KeySet([_imported(key) for key in keys])
    try:
        return dict(jwt.decode(token, known, algorithms=[ALGORITHM, ELLIPTIC]).claims)
    except (JoseError, ValueError) as error:
        raise BadToken(str(error)) from error


def unsigned(claims: dict[str, Any]) -> str:
    """A JWT with the algorithm none, as the consent webhook sends it."""
    from json import dumps

    header = {"alg": "none", "typ": "JWT"}
    return ".".join(_base64(dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def access_token_hash(token: str) -> str:
    """The ``at_hash`` of an access token (OpenID Connect Core, 3.1.3.6)."""
    return _base64(hashlib.sha256(token.encode("ascii")).digest()[:16])


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
