"""Who asks for a login: by client id at the authorize endpoint, with a secret or partner token at the others."""

from base64 import b64decode
from binascii import Error as Base64Error
from urllib.parse import unquote_plus

from mockserver.apis.login.domain.authorization import OAuthError, PageError, Parameters, one
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied, Forbidden
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.values import frozen
from mockserver.world.domain.login import AuthMethod
from mockserver.world.domain.merchant import ClientKind, SalesUnit
from mockserver.world.services import world
from mockserver.world.services.access import Access, same_secret, tell_elsewhere
from mockserver.world.services.directory import directory

INVALID_CLIENT = (
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported "
    "authentication method)."
)
"""What the platform's OAuth server says of all of these."""


@frozen
class LoginClient:
    """A client that proved who it is, with the names it may have used at the authorize endpoint."""

    unit: SalesUnit
    names: frozenset[str]

    @property
    def is_partner(self) -> bool:
        """Whether a partner acts for the unit."""
        return self.unit.msn in self.names


def unit_of(tx: Tx, access: Access, client_id: str | None) -> SalesUnit:
    """The unit that a client id, or a partner by MSN, stands for; raises PageError."""
    if not client_id:
        raise PageError(400, "invalid_request", "The request has no client_id.")
    unit = _of_partner(tx, client_id)
    if unit is None:
        client = access.login_client(tx, client_id)
        if client is None or client.kind not in (ClientKind.SALES_UNIT, ClientKind.ANYONE):
            raise PageError(401, "invalid_client", f"There is no client with the client_id {client_id[:60]}.")
        unit = world.sales_unit(tx, client.owner)
    return _active(tx, unit)


def connected_unit(tx: Tx, msn: str) -> SalesUnit:
    """The unit of a partner that this MSN stands for; raises PageError."""
    unit = _of_partner(tx, msn)
    if unit is None:
        reason = f"There is no sales unit {msn[:20]} that a partner could start logins for."
        raise PageError(401, "invalid_client", reason)
    return _active(tx, unit)


def _of_partner(tx: Tx, msn: str) -> SalesUnit | None:
    unit = directory(tx).unit(tx.connection, msn) if tx.policy.partner_keys else None
    return unit if unit is not None and unit.partner_id is not None and tx.policy.knows(unit.environment) else None


def _active(tx: Tx, unit: SalesUnit) -> SalesUnit:
    if not is_active(tx, unit):
        raise PageError(401, "unauthorized_client", f"The sales unit {unit.msn} is not active.")
    return unit


def authenticate(
    tx: Tx, access: Access, authorization: str | None, msn: str | None, form: Parameters, lenience: Lenience
) -> LoginClient:
    """The client of a token, revocation or backchannel request, of an active unit.

    Raises OAuthError invalid_client (401).
    """
    if (authorization or "").split(" ")[0].lower() == "bearer":
        client = _partner(tx, access, authorization, msn, lenience)
    else:
        client = _with_secret(tx, access, authorization, form, lenience)
    if not is_active(tx, client.unit):
        raise invalid_client(f"The sales unit {client.unit.msn} is not active.")
    return client


def nin_allowed(tx: Tx, unit: SalesUnit) -> bool:
    """Whether a unit gets national identity numbers by login: where it was approved, but never in Norway."""
    return unit.configuration.nin_allowed and directory(tx).merchant_of(tx.connection, unit).market is not Market.NO


def is_active(tx: Tx, unit: SalesUnit) -> bool:
    """Whether neither the unit nor its merchant is deactivated."""
    return unit.active and directory(tx).merchant_of(tx.connection, unit).active


def _with_secret(
    tx: Tx, access: Access, authorization: str | None, form: Parameters, lenience: Lenience
) -> LoginClient:
    readings = _basic(authorization)
    method = AuthMethod.BASIC
    if not readings and one(form, "client_secret"):
        readings, method = [(one(form, "client_id") or "", one(form, "client_secret") or "")], AuthMethod.POST
    for client_id, secret in _known(tx, readings):
        client = access.login_client(tx, client_id, secret)
        if client is None or client.kind not in (ClientKind.SALES_UNIT, ClientKind.ANYONE):
            tell_elsewhere(tx, client_id, None, lenience)
            continue
        if client.kind is ClientKind.SALES_UNIT and not same_secret(secret, client.keys.client_secret):
            continue
        unit = world.sales_unit(tx, client.owner)
        _check_method(unit, method, lenience)
        return LoginClient(unit, frozenset({client_id}))
    reason = "is not known, or its secret is not valid" if readings else "did not authenticate"
    raise invalid_client(f"The client {reason}.")


def _known(tx: Tx, readings: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The readings whose client is known, else the decoded one: no client is let in under a name that is none."""
    known = [each for each in readings if directory(tx).client(tx.connection, each[0]) is not None]
    return known or readings[-1:]


def _basic(authorization: str | None) -> list[tuple[str, str]]:
    """Client id and secret from HTTP Basic, as they stand and percent-decoded: clients send either."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return []
    raw, decoded = (client_id, secret), (unquote_plus(client_id), unquote_plus(secret))
    return list(dict.fromkeys((raw, decoded))) if colon else []


def _check_method(unit: SalesUnit, used: AuthMethod, lenience: Lenience, *, by: str = "") -> None:
    wanted = unit.login.token_endpoint_auth_method
    if used is not wanted and not lenience.allow(
        Kindness.CLIENT_AUTHENTICATION, f"the client used {by or used}, its sales unit is set to {wanted}"
    ):
        raise invalid_client(f"The sales unit's token endpoint authentication method is {wanted}.")


def _partner(tx: Tx, access: Access, authorization: str | None, msn: str | None, lenience: Lenience) -> LoginClient:
    try:
        caller = access.bearer(tx, authorization, msn)
    except (AccessDenied, Forbidden) as refusal:
        raise invalid_client(str(refusal)) from refusal
    if caller.kind is not ClientKind.PARTNER or caller.unit is None:
        raise invalid_client("Only partners authenticate with a Bearer token.")
    # Partner keys are for units that are set to Basic, and take its place there.
    _check_method(caller.unit, AuthMethod.BASIC, lenience, by="partner keys")
    return LoginClient(caller.unit, frozenset({caller.unit.msn, caller.unit.keys.client_id}))


def invalid_client(reason: str) -> OAuthError:
    """The refusal of a client that did not prove who it is."""
    return OAuthError(401, "invalid_client", INVALID_CLIENT, reason)
