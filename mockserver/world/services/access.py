"""Who calls: from keys and token to a sales unit, or the refusal that the gateway would give."""

from collections.abc import Iterable
from enum import Enum, auto
from hmac import compare_digest

from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied, Forbidden, IdentityRefused, InvalidClient
from mockserver.core.instants import lead
from mockserver.core.policy import Environment, Lenience, Notice
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import Client, ClientKeys, ClientKind, KeySet, Merchant, SalesUnit
from mockserver.world.services import world
from mockserver.world.services.directory import directory
from mockserver.world.services.tokens import Claims, Tokens, sum_of

MISSING_KEY = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
INVALID_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."
)
MISSING_TOKEN = "Unauthorized. The Authorization header with a Bearer access token is missing."  # noqa: S105
INVALID_TOKEN = "Unauthorized. The access token is not valid."  # noqa: S105
EXPIRED_TOKEN = "Unauthorized. The access token has expired."  # noqa: S105
OTHER_KEY = "Unauthorized. The access token and the subscription key belong to different API keys."


_PARTNERS = frozenset({ClientKind.PARTNER, ClientKind.MANAGEMENT, ClientKind.ACCOUNTING})
_PRODUCTION_ONLY = _PARTNERS | {ClientKind.DONATIONS}


_ELSEWHERE = {
    ClientKind.ACCOUNTING: "Accounting keys are for the Report API only",
    ClientKind.DONATIONS: "Donation keys are for the Donations, Report and Webhooks APIs only",
}


class Audience(Enum):
    """Who may call an operation, each with those above it."""

    UNIT = auto()
    """Sales unit keys, and partner keys that say for which unit they call."""
    PARTNER = auto()
    """Partner keys that speak for all units of the partner, and donation keys, which need no subscription key."""
    MANAGEMENT = auto()
    """Management keys, whose token needs no subscription key."""


@frozen
class Credentials:
    """What an API call says about its caller, header by header; None where a header is missing."""

    authorization: str | None
    subscription_key: str | None
    msn: str | None


@frozen
class Caller:
    """A known caller and the sales unit that it acts for; ``unit`` is None for a partner that acts for all of its.

    ``owner`` is the MSN or partner id of the keys. ``expires_at``: seconds since 1970, by the token.
    """

    client_id: str
    kind: ClientKind
    owner: str
    unit: SalesUnit | None
    merchant: Merchant | None
    expires_at: int

    @property
    def msn(self) -> str | None:
        """The MSN of the unit that the caller acts for."""
        return self.unit.msn if self.unit else None

    @property
    def partner(self) -> str | None:
        """The partner that calls, or that the unit is connected to."""
        if self.kind in (ClientKind.PARTNER, ClientKind.MANAGEMENT):
            return self.owner
        return self.unit.partner_id if self.unit else None


class Access:
    """Checks credentials. ``open_to_all`` (``--auth any``) gives every client id a sales unit of its own."""

    def __init__(self, tokens: Tokens, *, open_to_all: world.NewUnits | None = None) -> None:
        self._tokens = tokens
        self._newcomers = open_to_all

    def authenticate(self, tx: Tx, credentials: Credentials, audience: Audience = Audience.UNIT) -> Caller:
        """The caller of an API operation that is for this audience.

        Raises AccessDenied (401) for keys, tokens and another unit's MSN, Forbidden (403) for partners that are not
        connected.
        """
        if audience is not Audience.UNIT:
            caller = self._specialised(tx, credentials, audience)
            if caller is not None:
                return caller
        key = credentials.subscription_key
        if not key:
            raise AccessDenied(MISSING_KEY)
        key_owner = _owner_of_key(tx, key)
        if key_owner is None and self._newcomers is None:
            raise AccessDenied(INVALID_KEY)
        claims = self._tokens.read(tx, _bearer(credentials.authorization))
        if claims.expires_at * 1000 <= tx.token_at:
            raise AccessDenied(expired(tx))
        client = self._holder(tx, claims)
        if client is None or client.kind.specialised:
            raise AccessDenied(INVALID_TOKEN)
        if client.kind is not ClientKind.ANYONE and key_owner != client.keys.client_id:
            raise AccessDenied(OTHER_KEY if key_owner else INVALID_KEY)
        if audience is not Audience.UNIT and client.kind is ClientKind.PARTNER and not credentials.msn:
            return Caller(client.keys.client_id, client.kind, client.owner, None, None, claims.expires_at)
        unit = self._unit(tx, client, credentials.msn)
        merchant = directory(tx).merchant_of(tx.connection, unit)
        return Caller(client.keys.client_id, client.kind, client.owner, unit, merchant, claims.expires_at)

    def _specialised(self, tx: Tx, credentials: Credentials, audience: Audience) -> Caller | None:
        if credentials.authorization is None:
            return None
        try:
            claims = self._tokens.read(tx, _bearer(credentials.authorization))
        except AccessDenied:
            # Whatever is wrong with the token, the gateway looks at the subscription key first.
            return None
        client = _client(tx, claims.client_id)
        if client is None or not client.kind.specialised:
            return None
        wanted = ClientKind.MANAGEMENT if audience is Audience.MANAGEMENT else ClientKind.DONATIONS
        if client.kind is not wanted and audience is not Audience.MANAGEMENT:
            return None
        if claims.expires_at * 1000 <= tx.token_at:
            raise AccessDenied(expired(tx))
        if client.kind is not wanted:
            raise Forbidden(_ELSEWHERE[client.kind])
        return Caller(client.keys.client_id, client.kind, client.owner, None, None, claims.expires_at)

    def bearer(self, tx: Tx, authorization: str | None, msn: str | None, key: str | None = None) -> Caller:
        """The caller where the token alone says who calls; a subscription ``key`` has to be the same caller's.

        Raises AccessDenied (401), and Forbidden (403) for partners that are not connected.
        """
        claims = self._tokens.read(tx, _bearer(authorization))
        if claims.expires_at * 1000 <= tx.token_at:
            raise AccessDenied(expired(tx))
        client = self._holder(tx, claims)
        if client is None or client.kind.specialised:
            raise AccessDenied(INVALID_TOKEN)
        if key and client.kind is not ClientKind.ANYONE:
            owner = _owner_of_key(tx, key)
            if owner != client.keys.client_id:
                raise AccessDenied(OTHER_KEY if owner else INVALID_KEY)
        unit = self._unit(tx, client, msn)
        merchant = directory(tx).merchant_of(tx.connection, unit)
        return Caller(client.keys.client_id, client.kind, client.owner, unit, merchant, claims.expires_at)

    def let_in_again(self, tx: Tx, clients: Iterable[Client]) -> None:
        """Give clients that were let in before a reset their sales units back."""
        for client in clients:
            if self._newcomers is not None and isinstance(client.keys, KeySet):
                self._newcomers.adopt(tx, client.keys.client_id, client.keys.client_secret, client.owner)

    def _holder(self, tx: Tx, claims: Claims) -> Client | None:
        """Whose token it is; a client that was let in before a reset or restart is let in again."""
        client = _client(tx, claims.client_id)
        if client is None and claims.unit and self._newcomers is not None and not _is_hidden(tx, claims.client_id):
            return self._newcomers.adopt(tx, claims.client_id, "", claims.unit)
        if client is not None and claims.secret is not None and claims.secret != sum_of(client):
            raise AccessDenied(INVALID_TOKEN)
        return client

    def login_client(self, tx: Tx, client_id: str, client_secret: str = "") -> Client | None:
        """The client of this id at the Login API, made on first sight where everybody is let in."""
        client = _client(tx, client_id)
        if client is None and self._newcomers is not None and not _is_hidden(tx, client_id):
            return self._newcomers.adopt(tx, client_id, client_secret, None)
        return client

    def _unit(self, tx: Tx, client: Client, msn: str | None) -> SalesUnit:
        if client.kind is ClientKind.ANYONE and msn and self._newcomers is not None:
            return self._newcomers.another_unit(tx, client, msn)
        if client.kind is not ClientKind.PARTNER:
            if msn and msn != client.owner:
                raise world.other_unit(msn)
            return world.sales_unit(tx, client.owner)
        if not msn:
            raise Forbidden("Partner keys need the Merchant-Serial-Number header")
        unit = directory(tx).unit(tx.connection, msn)
        if unit is None or unit.partner_id != client.owner or not tx.policy.knows(unit.environment):
            raise Forbidden(f"The partner is not connected to the Merchant-Serial-Number {msn[:20]}")
        return unit

    def standard_client(
        self, tx: Tx, client_id: str | None, client_secret: str | None, credentials: Credentials
    ) -> Client:
        """The client that asks for a standard token.

        Raises AccessDenied for the subscription key and another unit's MSN (the gateway's business), IdentityRefused
        for the rest.
        """
        key = credentials.subscription_key
        if not key:
            raise AccessDenied(MISSING_KEY)
        key_owner = _owner_of_key(tx, key)
        if key_owner is None and self._newcomers is None:
            raise AccessDenied(INVALID_KEY)
        if not client_id:
            raise IdentityRefused(400, "invalid_request", 900144, "The client_id is missing from the request.", tx.at)
        client = _client(tx, client_id)
        if client is None and self._newcomers is not None and not _is_hidden(tx, client_id):
            return self._newcomers.adopt(tx, client_id, client_secret or "", credentials.msn)
        if client is None or client.kind.specialised:
            raise IdentityRefused(
                400,
                "unauthorized_client",
                700016,
                f"There is no application with client_id '{client_id[:50]}'.",
                tx.at,
            )
        if client.kind is ClientKind.ANYONE:
            return client
        if not client_secret:
            raise IdentityRefused(
                401, "invalid_client", 7000218, "The client_secret is missing from the request.", tx.at
            )
        if not same_secret(client_secret, client.keys.client_secret):
            raise IdentityRefused(401, "invalid_client", 7000215, "The client_secret is not valid.", tx.at)
        if key_owner != client.keys.client_id:
            raise AccessDenied(INVALID_KEY)
        if client.kind is ClientKind.SALES_UNIT and credentials.msn and credentials.msn != client.owner:
            raise world.other_unit(credentials.msn)
        return client

    def specialised_client(self, tx: Tx, keys: ClientKeys) -> Client:
        """The client that asks for a specialised token; raises InvalidClient."""
        client = _client(tx, keys.client_id)
        if client is None or not same_secret(keys.client_secret, client.keys.client_secret):
            raise InvalidClient(401, "The client is not known, or its secret is not valid.")
        if not client.kind.specialised:
            raise InvalidClient(401, "These keys get their tokens at /accesstoken/get.")
        return client


def _client(tx: Tx, client_id: str) -> Client | None:
    """The client of this id, if the environment has such clients at all."""
    client = directory(tx).client(tx.connection, client_id)
    return client if client is None or _is_here(tx, client) else None


def _is_here(tx: Tx, client: Client) -> bool:
    if client.kind in _PRODUCTION_ONLY:
        return tx.policy.partner_keys and not _is_on_the_road(tx, client)
    unit = directory(tx).unit(tx.connection, client.owner) if tx.policy.apart else None
    return unit is None or tx.policy.knows(unit.environment)


def _is_on_the_road(tx: Tx, client: Client) -> bool:
    """Whether keys wait for their partner to be verified: production has no others."""
    if client.kind not in _PARTNERS or tx.policy.environment is not Environment.PRODUCTION:
        return False
    partner = directory(tx).partner(tx.connection, client.owner)
    return partner is not None and not partner.published


def _is_hidden(tx: Tx, client_id: str) -> bool:
    client = directory(tx).client(tx.connection, client_id)
    return client is not None and not _is_here(tx, client)


def _owner_of_key(tx: Tx, key: str) -> str | None:
    owner = directory(tx).client_of_subscription_key(tx.connection, key)
    everybody = tx.policy.environment is Environment.EMULATOR and not tx.policy.apart
    return owner if owner is None or everybody or _client(tx, owner) else None


def tell_elsewhere(tx: Tx, client_id: str | None, key: str | None, lenience: Lenience) -> None:
    """Notice keys that work elsewhere or later, which are refused in the words that unknown ones are refused in."""
    owner = directory(tx).client_of_subscription_key(tx.connection, key) if key else None
    for each in (owner, client_id):
        client = directory(tx).client(tx.connection, each) if each else None
        if client is not None and _is_on_the_road(tx, client):
            message = f"the partner {client.owner} is not verified yet, and its keys do not work in production before"
            lenience.notice(Notice.OTHER_ENVIRONMENT, message)
            return
        if client is not None and not _is_here(tx, client):
            message = f"the keys of {client.owner} are not those of the {tx.policy.environment} environment"
            lenience.notice(Notice.OTHER_ENVIRONMENT, message)
            return


def expired(tx: Tx) -> str:
    """What is said of a token that has expired: that the emulator's clock was moved too, where it counts."""
    return f"{EXPIRED_TOKEN}{lead(tx.token_ahead)}"


def same_secret(given: str, known: str) -> bool:
    """Compare without telling by the time how much was right."""
    return compare_digest(given.encode(), known.encode())


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise AccessDenied(MISSING_TOKEN)
    return token
