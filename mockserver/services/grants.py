"""What clients get for an approved login: codes exchanged once, access tokens, id tokens, and what Userinfo tells."""

from typing import Any

from mockserver.domain.authorization import OAuthError, verifier_fits
from mockserver.domain.logins import ID_TOKEN_LIFETIME, USERINFO_LIFETIME, Grant, StoredGrant
from mockserver.domain.profile import claims
from mockserver.services import login_keys, world
from mockserver.services.engine import Tx
from mockserver.store import logins as store
from mockserver.values import frozen

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
    stored = store.grant_of_code(tx.connection, code) if code else None
    if stored is None or stored.grant.client_id not in names:
        raise invalid_grant()
    if stored.used_at is not None:
        store.revoke_grant(tx.connection, stored.id)
        raise invalid_grant()
    grant = stored.grant
    if (stored.code_expires_at or 0) <= tx.at or grant.redirect_uri != redirect_uri or grant.auth_req_id is not None:
        raise invalid_grant()
    if not verifier_fits(grant.code_challenge, grant.code_challenge_method, verifier):
        raise invalid_grant()
    return stored


def of_backchannel_code(tx: Tx, code: str, names: frozenset[str]) -> StoredGrant:
    """The unused grant of the code of a login that a merchant started; raises OAuthError invalid_grant."""
    stored = store.grant_of_code(tx.connection, code)
    if stored is None or stored.grant.client_id not in names or stored.grant.auth_req_id is None:
        raise invalid_grant()
    if stored.used_at is not None or (stored.code_expires_at or 0) <= tx.at:
        raise invalid_grant()
    return stored


def invalid_grant() -> OAuthError:
    """The one refusal of whatever is wrong with a grant."""
    return OAuthError(400, "invalid_grant", INVALID_GRANT)


def by_number(tx: Tx, number: int) -> StoredGrant | None:
    """The grant of this number (``Login.grant``), used or not."""
    return store.grant(tx.connection, number)


def issue(tx: Tx, stored: StoredGrant, issuer: str) -> Issued:
    """Use a grant up: an access token, and an id token of this issuer."""
    access_token = tx.ids.opaque()
    store.use_grant(tx.connection, stored.id, tx.at, access_token, tx.at + USERINFO_LIFETIME)
    return Issued(stored.grant, access_token, _id_token(tx, stored.grant, access_token, issuer))


def _id_token(tx: Tx, grant: Grant, access_token: str, issuer: str) -> str:
    from mockserver.signing.keys import access_token_hash

    now = tx.at // 1000
    content: dict[str, Any] = {
        "iss": issuer,
        "aud": [grant.client_id],
        "sub": grant.sub,
        "iat": now,
        "exp": now + ID_TOKEN_LIFETIME,
        "auth_time": grant.auth_time // 1000,
        "rat": grant.requested_at // 1000,
        "at_hash": access_token_hash(access_token),
        "sid": grant.sid,
        "jti": tx.ids.guid(),
        "nonce": grant.nonce,
        "acr": grant.acr,
        "auth_req_id": grant.auth_req_id,
    }
    customer = world.customer(tx, grant.phone)
    shared = claims(customer, tuple(scope for scope in grant.scopes if scope != "nin")) if customer else {}
    told = {name: value for name, value in content.items() if value is not None} | shared
    to_webpage = grant.auth_req_id is not None and grant.redirect_uri is not None
    return login_keys.sign_elliptic(told) if to_webpage else login_keys.sign(tx, told)


def of_token(tx: Tx, access_token: str) -> Grant | None:
    """What an access token stands for; None for one that is unknown, revoked or older than ten minutes."""
    stored = store.grant_of_token(tx.connection, access_token)
    return stored.grant if stored is not None and tx.at < (stored.token_expires_at or 0) else None


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
