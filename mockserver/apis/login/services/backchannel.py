"""Logins that merchants start, from the client's side: begin, collect the tokens, ask whether somebody is there."""

from mockserver.apis.login.domain.authorization import AuthorizationRequest, OAuthError
from mockserver.apis.login.domain.backchannel import (
    INTERVAL,
    Action,
    Authentication,
    BackchannelRequest,
    Hint,
    State,
    check_crowd,
    check_user,
)
from mockserver.apis.login.domain.logins import Login, Rejection, StoredGrant, StoredLogin
from mockserver.apis.login.services import authentications, grants, logins
from mockserver.apis.login.services.login_clients import LoginClient, nin_allowed
from mockserver.apis.login.store import authentications as store
from mockserver.core.engine import Tx
from mockserver.web.secrets import learn
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world
from mockserver.world.store import world as people


def start(
    tx: Tx,
    client: LoginClient,
    asked: BackchannelRequest,
    *,
    redirect_uri: str | None = None,
    nonce: str | None = None,
    app_auth: bool = False,
) -> Authentication:
    """Ask a user to log in, who then behaves as set up; raises BackchannelError: nobody, old app, too many at once."""
    unit = client.unit
    customer = check_user(_customer(tx, asked.hint), tx.at)
    check_crowd(*store.pending(tx.connection, customer.phone), tx.at)
    request = AuthorizationRequest(
        client_id=unit.msn if client.is_partner else next(iter(client.names)),
        scopes=unit.login.covered(asked.scopes, nin_allowed=nin_allowed(tx, unit)),
        redirect_uri=redirect_uri,
        nonce=nonce,
        app_auth=app_auth,
    )
    auth_req_id = tx.ids.auth_req_id()
    learn(tx, auth_req_id)
    login = logins.start(tx, unit, request, asked.expiry * 1000, phone=customer.phone, auth_req_id=auth_req_id)
    authentication = Authentication(
        auth_req_id=auth_req_id,
        login_id=login.id,
        phone=customer.phone,
        expires_at=login.login.expires_at,
        binding_message=asked.binding_message,
        redirects=redirect_uri is not None,
        interval=INTERVAL,
    )
    store.insert(tx.connection, authentication)
    logins.behave(tx, login, customer)
    return authentication


def _customer(tx: Tx, hint: Hint) -> Customer | None:
    if hint.phone is not None:
        return world.customer_here(tx, hint.phone)
    found = people.customer_of_token(tx.connection, hint.token or "")
    return found if found is not None and tx.policy.knows(found.environment) else None


def user_exists(tx: Tx, hint: Hint) -> bool:
    """Whether there is somebody behind a hint who can log in this way."""
    customer = _customer(tx, hint)
    return customer is not None and customer.may_log_in(tx.at)


def poll(tx: Tx, client: LoginClient, auth_req_id: str) -> StoredGrant:
    """The grant of a confirmed authentication, this once; raises OAuthError while there is none, and after it."""
    found = store.get(tx.connection, auth_req_id)
    if found is None:
        raise grants.invalid_grant()
    login = logins.get(tx, found.login_id)
    if login.login.request.client_id not in client.names:
        raise grants.invalid_grant()
    moved, refusal = found.polled(tx.at)
    if refusal is None and logins.needs_consent(tx, login.login):
        raise OAuthError(400, Rejection.ACCESS_DENIED, "The user has withdrawn the consent")
    authentications.save(tx, moved)
    if refusal is not None:
        raise refusal
    return _grant(tx, login)


def redeem(tx: Tx, client: LoginClient, code: str) -> StoredGrant:
    """The grant of the code that the user's browser brought, this once; raises OAuthError invalid_grant."""
    grant = grants.of_backchannel_code(tx, code, client.names)
    found = authentications.find(tx, grant.grant.auth_req_id or "")
    if found.state is not State.CONFIRMED:
        raise grants.invalid_grant()
    authentications.save(tx, found.moved(Action.EXCHANGE))
    return grant


def _grant(tx: Tx, login: StoredLogin) -> StoredGrant:
    grant = grants.by_number(tx, login.login.grant) if login.login.grant is not None else None
    if grant is None or grant.used_at is not None:
        raise grants.invalid_grant()
    return grant


def binding_message(tx: Tx, login: Login) -> str | None:
    """What the user of a login has to see at the merchant too, if anything."""
    return authentications.find(tx, login.auth_req_id).binding_message if login.auth_req_id is not None else None


def newest(tx: Tx, *, phone: str | None, state: State | None, limit: int) -> list[Authentication]:
    """The latest authentications first, of one user or in one state when asked."""
    return list(store.newest(tx.connection, phone=phone, state=state, limit=limit))
