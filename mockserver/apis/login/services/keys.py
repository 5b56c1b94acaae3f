"""What is particular to id tokens: the packaged elliptic key, tokens without a signature, hashes of access tokens."""

import hashlib
import json
from base64 import urlsafe_b64encode
from functools import cache
from importlib import resources
from typing import Any


@cache
def _packaged_elliptic() -> str:
    return resources.files("mockserver.apis.login").joinpath("development-ec-key.json").read_text("utf-8")


def packaged_elliptic() -> dict[str, Any]:
    """The private P-256 key that comes with the package."""
    return dict(json.loads(_packaged_elliptic()))


def unsigned(claims: dict[str, Any]) -> str:
    """A JWT with the algorithm none, as the consent webhook sends it."""
    header = {"alg": "none", "typ": "JWT"}
    return ".".join(_base64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def access_token_hash(token: str) -> str:
    """The ``at_hash`` of an access token (OpenID Connect Core, 3.1.3.6)."""
    return _base64(hashlib.sha256(token.encode("ascii")).digest()[:16])


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
