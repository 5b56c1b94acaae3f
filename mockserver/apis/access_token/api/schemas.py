"""The wire forms of the Access token API (official specification 2.0.0)."""

from base64 import b64decode
from binascii import Error as Base64Error
from urllib.parse import parse_qs

from mockserver.web.http import LARGEST_FORM, to_json
from mockserver.world.domain.merchant import ClientKeys, ClientKind
from mockserver.world.services.tokens import RESOURCE, Token

DONATIONS = "donations:read"
"""The one scope of donation keys."""


def standard_response(token: Token) -> bytes:
    """The answer of fetchAuthorizationTokenUsingPost: its numbers are strings."""
    return to_json(
        {
            "token_type": "Bearer",
            "expires_in": str(token.lifetime),
            "ext_expires_in": "0",
            "expires_on": str(token.expires_at),
            "not_before": str(token.not_before),
            "resource": RESOURCE,
            "access_token": token.text,
        }
    )


def specialised_response(token: Token, kind: ClientKind) -> bytes:
    """The answer of fetchToken: its number is a number, and donation keys are told their scope."""
    content = {"access_token": token.text, "token_type": "Bearer", "expires_in": token.lifetime}
    return to_json(content | {"scope": DONATIONS} if kind is ClientKind.DONATIONS else content)


def basic_keys(authorization: str | None) -> ClientKeys | None:
    """Client id and secret from HTTP Basic; None for anything else."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return None
    return ClientKeys(client_id, secret) if colon else None


def form(body: bytes) -> dict[str, str]:
    """The fields of a form body, of repeated ones the first; none of one that is too large."""
    if len(body) > LARGEST_FORM:
        return {}
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}
