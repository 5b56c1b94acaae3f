"""What the token endpoint exchanges for tokens, by ``grant_type``."""

from collections.abc import Callable
from typing import Final

from mockserver.apis.login.api.metadata import AUTHORIZATION_CODE, CIBA, CIBA_REDIRECT, CLIENT_CREDENTIALS
from mockserver.apis.login.domain.authorization import OAuthError, Parameters, one
from mockserver.apis.login.domain.logins import StoredGrant
from mockserver.apis.login.services import backchannel, grants
from mockserver.apis.login.services.login_clients import LoginClient
from mockserver.core.engine import Tx

Exchange = Callable[[Tx, LoginClient, Parameters], StoredGrant]


def _authorization_code(tx: Tx, client: LoginClient, form: Parameters) -> StoredGrant:
    for name in ("code", "redirect_uri"):
        if one(form, name) is None:
            raise OAuthError(400, "invalid_request", f"The parameter {name} is missing.")
    code, redirect_uri = one(form, "code"), one(form, "redirect_uri")
    return grants.of_code(tx, code, client.names, redirect_uri, one(form, "code_verifier"))


def _client_credentials(tx: Tx, client: LoginClient, form: Parameters) -> StoredGrant:
    raise OAuthError(400, "unauthorized_client", "The client may not use the grant type client_credentials here.")


def _ciba(tx: Tx, client: LoginClient, form: Parameters) -> StoredGrant:
    return backchannel.poll(tx, client, _needed(form, "auth_req_id"))


def _ciba_redirect(tx: Tx, client: LoginClient, form: Parameters) -> StoredGrant:
    return backchannel.redeem(tx, client, _needed(form, "code"))


def _needed(form: Parameters, name: str) -> str:
    value = one(form, name)
    if value is None:
        raise OAuthError(400, "invalid_request", f"The parameter {name} is missing.")
    return value


EXCHANGES: Final[dict[str, Exchange]] = {
    AUTHORIZATION_CODE: _authorization_code,
    CLIENT_CREDENTIALS: _client_credentials,
    CIBA: _ciba,
    CIBA_REDIRECT: _ciba_redirect,
}
"""By ``grant_type``: finds the grant that a client may use now, or raises OAuthError."""


def grant_of(tx: Tx, client: LoginClient, form: Parameters) -> StoredGrant:
    """The grant that a token request is about; raises OAuthError."""
    for name, values in form.items():
        if len(values) > 1:
            raise OAuthError(400, "invalid_request", f"The parameter {name[:40]} was sent more than once.")
    grant_type = one(form, "grant_type")
    if grant_type is None:
        raise OAuthError(400, "invalid_request", "The parameter grant_type is missing.")
    exchange = EXCHANGES.get(grant_type)
    if exchange is None:
        raise OAuthError(400, "unsupported_grant_type", f"There is no grant type {grant_type[:60]}.")
    return exchange(tx, client, form)
