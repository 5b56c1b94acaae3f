"""The operations of the Login API (official specification 1.1.0) that start logins from a merchant's system."""

from mockserver.apis.login.api import callers, forms
from mockserver.apis.login.api.problems import NO_STORE, refuse
from mockserver.apis.login.domain.authorization import (
    APP_AUTH,
    OAuthError,
    PageError,
    Parameters,
    check_redirect_uri,
    one,
)
from mockserver.apis.login.domain.backchannel import check_single, read_hint, read_request
from mockserver.apis.login.services import backchannel
from mockserver.apis.login.services.login_clients import LoginClient
from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.web.http import Answer, json_answer
from mockserver.web.operations import Api, Call, Operation
from mockserver.world.domain.login import LoginSettings
from mockserver.world.services.directory import directory

PREFIX = "/vipps-login-ciba/api"


def ciba_auth(tx: Tx, call: Call) -> Answer:
    """ciba-auth: asks a user to log in; the answer says what to ask the token endpoint with, and how often."""
    form = forms.form(call)
    client = callers.client_of(tx, call, form)
    asked = read_request(form, _market(tx, client), call.lenience)
    started = backchannel.start(
        tx,
        client,
        asked,
        redirect_uri=_redirect_uri(call, form, client.unit.login) if asked.redirects else None,
        nonce=one(form, "nonce"),
        app_auth=APP_AUTH in (one(form, "acr_values") or "").split(),
    )
    call.reference = started.auth_req_id
    content = {"auth_req_id": started.auth_req_id, "expires_in": asked.expiry, "interval": started.interval}
    return _never_kept(content)


def _redirect_uri(call: Call, form: Parameters, settings: LoginSettings) -> str:
    try:
        return check_redirect_uri(form, settings, call.lenience)
    except PageError as error:
        raise OAuthError(error.status, error.error, error.description) from error


def user_exists(tx: Tx, call: Call) -> Answer:
    """user-exists: whether there is somebody who could be asked."""
    form = forms.form(call)
    client = callers.client_of(tx, call, form)
    check_single(form)
    hint = read_hint(form, _market(tx, client), call.lenience)
    return _never_kept({"exists": backchannel.user_exists(tx, hint)})


def _market(tx: Tx, client: LoginClient) -> Market:
    return directory(tx).merchant_of(tx.connection, client.unit).market


def _never_kept(content: dict[str, object]) -> Answer:
    answer = json_answer(200, content)
    answer.headers = list(NO_STORE)
    return answer


API = Api(
    name="login",
    prefix=PREFIX,
    refuse=refuse,
    operations=(
        Operation("ciba-auth", "POST", "/backchannel/authentication", ciba_auth, authenticated=False),
        Operation("user-exists", "POST", "/v1/user-exists", user_exists, authenticated=False),
    ),
)
