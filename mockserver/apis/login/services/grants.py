"""What clients get for an approved login: codes exchanged once, access tokens, id tokens, and what Userinfo tells."""

from typing import Any

from mockserver.apis.login.domain.authorization import OAuthError, verifier_fits
from mockserver.apis.login.domain.logins import (
    ID_TOKEN_LIFETIME,
    POLLED_EXPIRES_IN,
    USERINFO_LIFETIME,
    Grant,
    StoredGrant,
)
from mockserver.apis.login.services import login_keys
from mockserver.apis.login.store import logins as store
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied
from mockserver.core.instants import lead
from mockserver.core.values import frozen
from mockserver.web.secrets import learn
from mockserver.world.domain.profile import claims
from mockserver.world.services import world

INVALID_GRANT = (
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is "
    "invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued "
    "to another client."
)


@frozen
class Issued:
    """A grant's tokens."""

    grant: Grant
    access_token: str
    id_token: str


def of_code(
    tx: Tx, code: str | None, names: frozenset[str], redirect_uri: str | None, verifier: str | None
) -> StoredGrant:
    """The unused grant of a code, for the client of these names; raises OAuthError invalid_grant.

    A code that comes a second time takes the tokens of the first away (RFC 6749, 4.1.2).
    """
    stored = _of_client(store.grant_of_code(tx.connection, code) if code else None, names)
    if stored.used_at is not None:
        store.revoke_grant(tx.connection, stored.id)
    _check_code(tx, stored)
    grant = stored.grant
    if grant.redirect_uri != redirect_uri:
        raise invalid_grant("The redirect_uri is not the one of the authorize request.")
    if grant.auth_req_id is not None:
        raise invalid_grant("The code is of a merchant-initiated login, which has a grant type of its own.")
    if not verifier_fits(grant.code_challenge, grant.code_challenge_method, verifier):
        raise invalid_grant("The code_verifier does not fit the code_challenge.")
    return stored


def of_backchannel_code(tx: Tx, code: str, names: frozenset[str]) -> StoredGrant:
    """The unused grant of the code of a login that a merchant started; raises OAuthError invalid_grant."""
    stored = _of_client(store.grant_of_code(tx.connection, code), names)
    if stored.grant.auth_req_id is None:
        raise invalid_grant("The code is of no merchant-initiated login.")
    _check_code(tx, stored)
    return stored


def _of_client(stored: StoredGrant | None, names: frozenset[str]) -> StoredGrant:
    if stored is None or stored.grant.client_id not in names:
        raise invalid_grant("There is no such code, or it is another client's.")
    return stored


def _check_code(tx: Tx, stored: StoredGrant) -> None:
    if stored.used_at is not None:
        raise invalid_grant("The code was used before.")
    if (stored.code_expires_at or 0) <= tx.at:
        raise invalid_grant(f"The code has expired.{lead(tx.ahead)}")


def invalid_grant(reason: str | None = None) -> OAuthError:
    """The one refusal of whatever is wrong with a grant."""
    return OAuthError(400, "invalid_grant", INVALID_GRANT, reason)


def by_number(tx: Tx, number: int) -> StoredGrant | None:
    """The grant of this number (``Login.grant``), used or not."""
    return store.grant(tx.connection, number)


def issue(tx: Tx, stored: StoredGrant, issuer: str, *, partner: bool = False) -> Issued:
    """Use a grant up: an access token, and an id token of this issuer, which tells a ``partner`` the unit's MSN."""
    grant = stored.grant
    access_token = f"ciba.{tx.ids.opaque()}" if grant.polled else tx.ids.opaque()
    lifetime = POLLED_EXPIRES_IN * 1000 if grant.polled else USERINFO_LIFETIME
    learn(tx, access_token)
    store.use_grant(tx.connection, stored.id, tx.at, access_token, tx.token_at + lifetime)
    told = {"msn": grant.msn} if partner else {}
    return Issued(grant, access_token, _id_token(tx, grant, access_token, issuer, told))


def _id_token(tx: Tx, grant: Grant, access_token: str, issuer: str, told: dict[str, Any]) -> str:
    from mockserver.apis.login.services.keys import access_token_hash

    now = tx.token_at // 1000
    content: dict[str, Any] = {
        "iss": issuer,
        "aud": grant.client_id if grant.to_webpage else [grant.client_id],
        "sub": grant.sub,
        "iat": now,
        "exp": now + ID_TOKEN_LIFETIME,
        "auth_time": min(grant.auth_time // 1000, now),
        "rat": min(grant.requested_at // 1000, now),
        "at_hash": access_token_hash(access_token),
        "sid": grant.sid,
        "jti": tx.ids.guid(),
        "nonce": grant.nonce,
        "acr": grant.acr,
        "auth_req_id": grant.auth_req_id,
    }
    customer = world.customer(tx, grant.phone)
    shared = claims(customer, tuple(scope for scope in grant.scopes if scope != "nin")) if customer else {}
    told = {name: value for name, value in content.items() if value is not None} | told | shared
    return login_keys.sign(tx, told, login_keys.ELLIPTIC_KEYS if grant.to_webpage else login_keys.KEYS)


def of_token(tx: Tx, access_token: str) -> Grant:
    """What an access token stands for; raises AccessDenied for one that is unknown, revoked or too old."""
    stored = store.grant_of_token(tx.connection, access_token)
    if stored is None:
        raise AccessDenied("The access token is not one of a login, or was revoked.")
    if tx.token_at >= (stored.token_expires_at or 0):
        raise AccessDenied(f"The access token has expired.{lead(tx.token_ahead)}")
    return stored.grant


def userinfo(tx: Tx, grant: Grant) -> dict[str, Any]:
    """The claims that a login shares."""
    customer = world.customer(tx, grant.phone)
    shared = claims(customer, grant.scopes) if customer else {}
    return {"sub": grant.sub, "sid": grant.sid} | shared | grant.collected


def revoke(tx: Tx, access_token: str, names: frozenset[str]) -> None:
    """Take an access token away, if it is this client's; nothing happens otherwise (RFC 7009)."""
    stored = store.grant_of_token(tx.connection, access_token)
    if stored is not None and stored.grant.client_id in names:
        store.revoke_grant(tx.connection, stored.id)
