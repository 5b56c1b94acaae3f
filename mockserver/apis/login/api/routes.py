"""The operations of the Login API (official specification 1.1.0) that a browser login needs."""

from urllib.parse import quote, urlencode

from mockserver.apis.login.api import callers, exchange, forms, metadata
from mockserver.apis.login.api.problems import LOGOUT, NO_STORE, redirect, refuse, send_back
from mockserver.apis.login.domain import links
from mockserver.apis.login.domain.authorization import (
    Checker,
    OAuthError,
    PageError,
    Parameters,
    back_to,
    check_redirect_uri,
    one,
)
from mockserver.apis.login.domain.logins import POLLED_EXPIRES_IN, TOKEN_EXPIRES_IN, way_back
from mockserver.apis.login.services import grants, login_clients, login_keys, logins
from mockserver.core.engine import Tx
from mockserver.core.policy import Kindness
from mockserver.web import pages
from mockserver.web.http import Answer, json_answer
from mockserver.web.operations import Api, Call, Operation

_HOUR = [(b"cache-control", b"max-age=3600")]


def discover_open_id_configuration(tx: Tx, call: Call) -> Answer:
    """discoverOpenIDConfiguration: issuer and addresses under the name that the client uses."""
    answer = json_answer(200, metadata.configuration(call.origin))
    answer.headers = list(_HOUR)
    return answer


def well_known(tx: Tx, call: Call) -> Answer:
    """wellKnown: the public keys of id tokens."""
    return json_answer(200, {"keys": login_keys.jwks(tx)})


def oauth_auth(tx: Tx, call: Call) -> Answer:
    """oauthAuth: sends the browser to the login page, or back at once when nobody has to be asked."""
    try:
        parameters = forms.query(call) if call.scope["method"] == "GET" else forms.form(call)
    except OAuthError as error:
        raise PageError(400, error.error, error.description) from error
    client_id, msn = one(parameters, "client_id"), one(parameters, "msn")
    if client_id is None and msn is not None:
        return _for_partner(tx, call, parameters, msn)
    unit = login_clients.unit_of(tx, call.runtime.access, client_id)
    callers.note(tx, call, unit)
    redirect_uri = check_redirect_uri(parameters, unit.login, call.lenience)
    checker = Checker(parameters, redirect_uri, unit.login)
    request = checker.read(client_id or "", nin_allowed=login_clients.nin_allowed(tx, unit))
    stored = logins.start_in_browser(tx, unit, request, forms.cookie(call, links.REMEMBERED))
    back = way_back(stored.login)
    return redirect(links.login_page(call.origin, logins.token_of(stored))) if back is None else send_back(back)


def _for_partner(tx: Tx, call: Call, parameters: Parameters, msn: str) -> Answer:
    """A partner begins with the unit's ``msn``: the browser is sent to the same address with its client id."""
    if len(parameters["msn"]) > 1:
        raise PageError(400, "invalid_request", "The parameter msn was sent more than once.")
    unit = login_clients.connected_unit(tx, msn)
    callers.note(tx, call, unit)
    others = [(name, value) for name, values in parameters.items() for value in values if name != "msn"]
    query = urlencode([("client_id", unit.keys.client_id), *others], quote_via=quote)
    return redirect(f"{call.origin}{metadata.PREFIX}/oauth2/auth?{query}")


def oauth2_token(tx: Tx, call: Call) -> Answer:
    """oauth2Token: access token and id token for a code, once."""
    form = forms.form(call)
    client = callers.client_of(tx, call, form)
    stored = exchange.grant_of(tx, client, form)
    issued = grants.issue(tx, stored, metadata.issuer(call.origin), partner=client.is_partner)
    if issued.grant.made_up:
        call.lenience.allow(Kindness.UNKNOWN_CUSTOMERS, f"no customer had the phone number {issued.grant.phone}")
    content: dict[str, object] = {"access_token": issued.access_token, "id_token": issued.id_token}
    if issued.grant.polled:
        content |= {"expires_in": POLLED_EXPIRES_IN, "token_type": "Bearer"}
    else:
        scope = " ".join(issued.grant.scopes)
        content |= {"expires_in": TOKEN_EXPIRES_IN, "scope": scope, "token_type": "bearer"}
    answer = json_answer(200, content)
    answer.headers = list(NO_STORE)
    return answer


def revoke_o_auth2_token(tx: Tx, call: Call) -> Answer:
    """revokeOAuth2Token: the access token is good no more; 200 also for one that never was."""
    form = forms.form(call)
    client = callers.client_of(tx, call, form)
    token = one(form, "token")
    if token is None:
        raise OAuthError(400, "invalid_request", "The parameter token is missing.")
    grants.revoke(tx, token, client.names)
    return Answer(200, b"", headers=list(NO_STORE))


def revoke_oidc_session(tx: Tx, call: Call) -> Answer:
    """revokeOidcSession: forgets a remembered browser and sends it on, if the client may say where."""
    parameters = forms.query(call) if call.scope["method"] == "GET" else forms.form(call)
    target = _after_logout(tx, call, parameters)
    browser = forms.cookie(call, links.REMEMBERED)
    if browser is not None:
        logins.forget_browser(tx, browser)
    answer = redirect(target) if target else pages.plain(200, "Logged out", "This browser is not remembered now.")
    gone = f"{links.REMEMBERED}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax".encode()
    answer.headers = [*(answer.headers or ()), (b"set-cookie", gone)]
    return answer


def _after_logout(tx: Tx, call: Call, parameters: Parameters) -> str | None:
    uri, hint = one(parameters, "post_logout_redirect_uri"), one(parameters, "id_token_hint")
    client_id = one(parameters, "client_id")
    if hint is not None:
        claims = login_keys.read(tx, hint)
        named = claims["aud"] if claims else None
        audience = named[0] if isinstance(named, list) else named
        if audience is None or client_id not in (None, audience):
            raise PageError(400, "invalid_request", "The id_token_hint is not one of this client.")
        client_id = audience
    if uri is None:
        return None
    unit = login_clients.unit_of(tx, call.runtime.access, client_id)
    callers.note(tx, call, unit)
    checked = check_redirect_uri({"redirect_uri": [uri]}, unit.login, call.lenience)
    return back_to(checked, {"state": one(parameters, "state")}).url


API = Api(
    name="login",
    prefix=metadata.PREFIX,
    refuse=refuse,
    operations=(
        Operation(
            "discoverOpenIDConfiguration", "GET", "/.well-known/openid-configuration",
            discover_open_id_configuration, authenticated=False, browsers=True,
        ),
        Operation(
            "wellKnown", "GET", "/.well-known/jwks.json", well_known, authenticated=False, browsers=True, stores=True
        ),
        Operation("oauthAuth", "GET", "/oauth2/auth", oauth_auth, authenticated=False, stores=True),
        Operation("oauthAuth", "POST", "/oauth2/auth", oauth_auth, authenticated=False),
        Operation("oauth2Token", "POST", "/oauth2/token", oauth2_token, authenticated=False, browsers=True),
        Operation(
            "revokeOAuth2Token", "POST", "/oauth2/revoke", revoke_o_auth2_token, authenticated=False, browsers=True
        ),
        Operation(
            "revokeOidcSession", "GET", LOGOUT, revoke_oidc_session,
            authenticated=False, stores=True,
        ),
        Operation("revokeOidcSession", "POST", LOGOUT, revoke_oidc_session, authenticated=False),
    ),
)  # fmt: skip
