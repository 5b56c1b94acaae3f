"""Access tokens: issued and read."""

from typing import Final

from mockserver.core.digests import digest
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import Client, ClientKind
from mockserver.world.services.keyrings import GENERATE, PACKAGED, Keyring

ISSUER = "urn:vipps-mockserver"
RESOURCE = "00000002-0000-0000-c000-000000000000"
"""The GUID in ``resource`` and ``aud``."""
SPECIALISED_LIFETIME = 900
"""Seconds (platform rules: management and accounting keys)."""

KEYS: Final = Keyring("token_keys", PACKAGED, GENERATE)
"""Sign them."""
_MOST = 10_000
_SUM: Final = 8
"""Hex digits: enough to tell two secrets apart, and far too few to find one by."""


@frozen
class Claims:
    """What a token says: whose it is, and until when it holds (seconds since 1970, UTC).

    ``unit``: the MSN of a client that was let in (``--auth any``), so that it can be let in again after a reset.
    ``secret``: a sum of the client secret that it was fetched with, since it ends with that; None where it is not told.
    """

    client_id: str
    expires_at: int
    unit: str | None = None
    secret: str | None = None


@frozen
class Token:
    """A new token; ``not_before`` and ``expires_at`` in seconds since 1970 (UTC)."""

    text: str
    not_before: int
    expires_at: int

    @property
    def lifetime(self) -> int:
        """Seconds."""
        return self.expires_at - self.not_before


class Tokens:
    """Issues tokens, and remembers those that were read, since a signature takes long to check."""

    def __init__(self) -> None:
        self._read: dict[str, Claims] = {}

    def issue(self, tx: Tx, client: Client) -> Token:
        """A token for this client, with the lifetime of its kind and environment."""
        from mockserver.world import jwt as signing

        now = tx.token_at // 1000
        unit = client.owner if client.kind is ClientKind.ANYONE else None
        secret = None if client.kind is ClientKind.ANYONE else sum_of(client)
        lifetime = SPECIALISED_LIFETIME if client.kind.specialised else tx.policy.token_lifetime
        text = signing.sign(
            {
                "iss": ISSUER,
                "aud": RESOURCE,
                "sub": client.keys.client_id,
                "appid": client.keys.client_id,
                "kind": str(client.kind),
                "iat": now,
                "nbf": now,
                "exp": now + lifetime,
                "jti": tx.ids.guid(),
                **({} if unit is None else {"msn": unit}),
                **({} if secret is None else {"sec": secret}),
            },
            KEYS.current(tx),
        )
        self._remember(text, Claims(client.keys.client_id, now + lifetime, unit, secret))
        return Token(text, now, now + lifetime)

    def read(self, tx: Tx, text: str) -> Claims:
        """The claims of a token that this server signed, expired or not; raises AccessDenied (401)."""
        claims = self._read.get(text)
        if claims is None:
            claims = _verify(tx, text)
            self._remember(text, claims)
        return claims

    def clear(self) -> None:
        """Forget those that were read: other keys may be in the store now."""
        self._read.clear()

    def _remember(self, text: str, claims: Claims) -> None:
        if len(self._read) >= _MOST:
            self._read.clear()
        self._read[text] = claims


def sum_of(client: Client) -> str:
    """What a token says of the client secret that it was fetched with: nothing that the secret could be found by."""
    return digest(f"{client.keys.client_id} {client.keys.client_secret}".encode()).hex()[:_SUM]


def _verify(tx: Tx, text: str) -> Claims:
    from mockserver.world import jwt as signing

    try:
        claims = signing.verify(text, KEYS.all(tx))
        if claims["iss"] != ISSUER:
            raise AccessDenied("Unauthorized. The access token was issued by somebody else.")
        return Claims(str(claims["appid"]), int(claims["exp"]), claims.get("msn"), claims.get("sec"))
    except (signing.BadToken, KeyError, OverflowError, TypeError, ValueError) as error:
        raise AccessDenied("Unauthorized. The access token is not valid.") from error
