"""Logins from the first request to the user's answer. Every way to confirm or reject one ends here.

A login is started with a request, gets a user by ``choose``, and ends by ``approve``, ``reject`` or time. What an
approved one gives is a grant: a code's, or for a login without redirect URI just its number (``Login.grant``).
"""

from dataclasses import replace

from mockserver.apis.login.domain.authorization import APP_AUTH, AuthorizationRequest, Prompt
from mockserver.apis.login.domain.logins import (
    CODE_LIFETIME,
    LOGIN_LIFETIME,
    Answers,
    Consent,
    Grant,
    Login,
    LoginState,
    Rejection,
    StoredLogin,
    collect,
    needing_consent,
)
from mockserver.apis.login.services import authentications
from mockserver.apis.login.store import logins as store
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, NotFound
from mockserver.core.schedule import Due
from mockserver.web.secrets import learn
from mockserver.world.domain.customer import Customer, LoginBehaviour, check_may_log_in
from mockserver.world.domain.login import CUSTOM_FLOW, DELEGATED_CONSENTS
from mockserver.world.domain.merchant import SalesUnit
from mockserver.world.services import world

ACT = "login.act"
EXPIRE = "login.expire"
"""Kinds of what is due."""

_ENDS = {
    LoginBehaviour.CANCELS: Rejection.ACCESS_DENIED,
    LoginBehaviour.WRONG_NUMBER: Rejection.WRONG_CHALLENGE,
    LoginBehaviour.OLD_APP: Rejection.OUTDATED_APP_VERSION,
}


def start(
    tx: Tx,
    unit: SalesUnit,
    request: AuthorizationRequest,
    lifetime: int = LOGIN_LIFETIME,
    *,
    phone: str | None = None,
    auth_req_id: str | None = None,
) -> StoredLogin:
    """A new login that waits for its user for ``lifetime`` milliseconds; a merchant that starts one names the user."""
    login = Login(
        id=tx.ids.guid(),
        secret=tx.ids.secret(),
        msn=unit.msn,
        request=request,
        created_at=tx.at,
        asked_at=tx.token_at,
        expires_at=tx.at + lifetime,
        challenge=tx.ids.numbers(),
        phone=phone,
        matched=auth_req_id is not None,
        auth_req_id=auth_req_id,
    )
    learn(tx, login.secret)
    stored = store.insert(tx.connection, login)
    tx.add_due(Due(login.expires_at, EXPIRE, stored.id))
    return stored


def start_in_browser(tx: Tx, unit: SalesUnit, request: AuthorizationRequest, browser: str | None) -> StoredLogin:
    """A new login from a browser, by the token of a remembered one when there is it.

    It is over already when a remembered user has consented before, or when the client forbids to ask (prompt none).
    """
    stored = start(tx, unit, request)
    remembered = _remembered(tx, request, browser)
    if remembered is None:
        return reject(tx, stored, Rejection.LOGIN_REQUIRED) if Prompt.NONE in request.prompts else stored
    customer, at = remembered
    stored = _save(tx, stored, phone=customer.phone, matched=True, remembered_at=at)
    if not needs_consent(tx, stored.login):
        return approve(tx, stored, customer)
    return reject(tx, stored, Rejection.CONSENT_REQUIRED) if Prompt.NONE in request.prompts else stored


def _remembered(tx: Tx, request: AuthorizationRequest, browser: str | None) -> tuple[Customer, int] | None:
    again = request.app_auth or Prompt.LOGIN in request.prompts or Prompt.SELECT_ACCOUNT in request.prompts
    found = store.browser(tx.connection, browser) if browser and not again else None
    if found is None:
        return None
    phone, at = found
    if request.max_age is not None and tx.token_at - at > request.max_age * 1000:
        return None
    customer = world.customer_here(tx, phone)
    return (customer, at) if customer is not None and customer.may_log_in(tx.at) else None


def needs_consent(tx: Tx, login: Login) -> bool:
    """Whether the login's user has to be asked before anything is shared."""
    if Prompt.CONSENT in login.request.prompts:
        return bool(needing_consent(login.request.scopes))
    known = store.consent(tx.connection, login.msn, login.phone or "")
    return not (known.covers(login.request.scopes) if known else not needing_consent(login.request.scopes))


def token_of(stored: StoredLogin) -> str:
    """The token of the login's page: it names one login and cannot be guessed."""
    return f"{stored.id:x}.{stored.login.secret}"


def by_token(tx: Tx, token: str) -> StoredLogin:
    """The login that a page's token belongs to; raises NotFound."""
    number, _, secret = token.partition(".")
    is_number = 0 < len(number) <= 12 and all(digit in "0123456789abcdef" for digit in number)
    stored = store.get(tx.connection, int(number, 16)) if is_number else None
    if stored is None or stored.login.secret != secret:
        raise NotFound("There is no login with this token")
    return stored


def get(tx: Tx, number: int) -> StoredLogin:
    """The login of this number in the store; raises NotFound."""
    stored = store.get(tx.connection, number)
    if stored is None:
        raise NotFound(f"There is no login {number}")
    return stored


def waiting_for(tx: Tx, phone: str) -> list[StoredLogin]:
    """The logins that a user is asked to confirm, the latest first."""
    return store.waiting(tx.connection, phone)


def waiting_by_phone(tx: Tx) -> dict[str, int]:
    """How many logins wait for each user that one waits for."""
    return dict(store.waiting_by_phone(tx.connection))


def find(tx: Tx, id_: str) -> StoredLogin:
    """The login of this id; raises NotFound."""
    stored = store.find(tx.connection, id_)
    if stored is None:
        raise NotFound(f"There is no login {id_[:50]}")
    return stored


def newest(tx: Tx, *, msn: str | None, phone: str | None, state: str | None, limit: int) -> list[StoredLogin]:
    """The latest logins first, of one unit, of one user or in one state when asked."""
    return list(store.newest(tx.connection, msn=msn, phone=phone, state=state, limit=limit))


def choose(tx: Tx, stored: StoredLogin, customer: Customer, *, remember: bool, made_up: bool = False) -> StoredLogin:
    """Say who logs in, and let that customer behave as it is set up.

    Raises IllegalAction when it is over, DomainError 7010 for who may not log in.
    There is no number to match where browser and app are on the same phone.
    """
    _check_waiting(stored.login)
    check_may_log_in(customer, tx.at)
    on_phone = stored.login.request.requested_flow is not None
    stored = _save(tx, stored, phone=customer.phone, remember=remember, matched=on_phone, made_up=made_up)
    return behave(tx, stored, customer)


def behave(tx: Tx, stored: StoredLogin, customer: Customer) -> StoredLogin:
    """What a customer does when the app asks: at once, later, or nothing at all."""
    end = _ENDS.get(customer.login)
    if end is not None:
        return reject(tx, stored, end)
    if customer.login is LoginBehaviour.AT_ONCE:
        return approve(tx, stored, customer)
    if customer.login is LoginBehaviour.DELAYED:
        due = Due(tx.at + customer.login_delay * 1000, ACT, stored.id)
        tx.add_due(due)
        return _save(tx, stored, act_at=due.due_at)
    return stored


def match(tx: Tx, stored: StoredLogin, number: int) -> StoredLogin:
    """The user picks the number that the browser shows; another one ends the login (wrong_challenge)."""
    _check_waiting(stored.login)
    if number != stored.login.challenge[0]:
        return reject(tx, stored, Rejection.WRONG_CHALLENGE)
    return _save(tx, stored, matched=True)


def approve(
    tx: Tx, stored: StoredLogin, customer: Customer, answers: Answers | None = None, *, made_up: bool = False
) -> StoredLogin:
    """The customer confirms and consents: a grant comes of it.

    Raises IllegalAction when the login is over, DomainError 7010 for who may not log in.
    """
    login = stored.login
    _check_waiting(login)
    check_may_log_in(customer, tx.at)
    if login.auth_req_id is not None and login.phone != customer.phone:
        raise IllegalAction(f"The merchant asked {login.phone} to log in, nobody else")
    unit, scopes = world.sales_unit(tx, login.msn), login.request.scopes
    known = store.consent(tx.connection, login.msn, customer.phone)
    sub = customer.subject(login.msn)
    grant = Grant(
        login_id=login.id,
        msn=login.msn,
        client_id=login.request.client_id,
        phone=customer.phone,
        sub=sub,
        sid=tx.ids.guid(),
        scopes=scopes,
        auth_time=login.remembered_at if login.remembered_at is not None else tx.token_at,
        requested_at=login.created_at if login.asked_at is None else login.asked_at,
        approved_at=tx.at,
        acr=APP_AUTH if login.request.app_auth else None,
        nonce=login.request.nonce,
        redirect_uri=login.request.redirect_uri,
        code_challenge=login.request.code_challenge,
        code_challenge_method=login.request.code_challenge_method,
        collected=collect(unit.login, scopes, known, answers or Answers(), tx.at),
        auth_req_id=login.auth_req_id,
        made_up=made_up or login.made_up,
    )
    _keep_consent(tx, login, customer, known)
    code = tx.ids.opaque() if login.request.redirect_uri is not None else None
    learn(tx, *([code] if code else ()))
    number = store.insert_grant(tx.connection, grant, code, tx.at + CODE_LIFETIME if code else None)
    return _finish(tx, stored, state=LoginState.APPROVED, phone=customer.phone, code=code, grant=number)


def _keep_consent(tx: Tx, login: Login, customer: Customer, known: Consent | None) -> None:
    wanted = needing_consent(login.request.scopes)
    if not wanted:
        return
    texts = {DELEGATED_CONSENTS, CUSTOM_FLOW}
    profile = [scope for scope in wanted if scope not in texts]
    asked = [scope for scope in wanted if scope in texts]
    scopes = tuple(dict.fromkeys((*(known.scopes if known else ()), *profile)))
    shown = tuple(dict.fromkeys((*(known.asked if known else ()), *asked)))
    sub = customer.subject(login.msn)
    store.save_consent(tx.connection, Consent(login.msn, customer.phone, sub, scopes, tx.at, shown))


def reject(tx: Tx, stored: StoredLogin, reason: Rejection) -> StoredLogin:
    """The login comes to nothing; raises IllegalAction when it is over."""
    _check_waiting(stored.login)
    return _finish(tx, stored, state=LoginState.REJECTED, error=reason)


def remember(tx: Tx, stored: StoredLogin) -> str | None:
    """The token of the browser that an approved login's user wants remembered; None when not, and the second time."""
    login = stored.login
    if login.state is not LoginState.APPROVED or not login.remember or login.phone is None:
        return None
    token = tx.ids.opaque()
    learn(tx, token)
    store.remember_browser(tx.connection, token, login.phone, tx.token_at)
    _save(tx, stored, remember=False)
    return token


def forget_browser(tx: Tx, token: str) -> None:
    """Remember a browser no more."""
    store.forget_browser(tx.connection, token)


def _check_waiting(login: Login) -> None:
    if login.state is not LoginState.WAITING:
        raise IllegalAction(f"The login is over: {login.state}")


def _finish(tx: Tx, stored: StoredLogin, **changes: object) -> StoredLogin:
    tx.remove_due(Due(stored.login.expires_at, EXPIRE, stored.id))
    if stored.login.act_at is not None:
        tx.remove_due(Due(stored.login.act_at, ACT, stored.id))
    ended = _save(tx, stored, **changes)
    if ended.login.auth_req_id is not None:
        authentications.login_ended(tx, ended.login)
    return ended


def _save(tx: Tx, stored: StoredLogin, **changes: object) -> StoredLogin:
    changed = StoredLogin(stored.id, replace(stored.login, **changes))  # type: ignore[arg-type]
    store.update(tx.connection, changed)
    return changed


def act(tx: Tx, id_: int) -> None:
    """A delayed user confirms now, unless the account is gone meanwhile."""
    stored = store.get(tx.connection, id_)
    if stored is None or stored.login.state is not LoginState.WAITING:
        return
    customer = world.customer(tx, stored.login.phone or "")
    if customer is not None and customer.may_log_in(tx.at):
        approve(tx, stored, customer)


def expire(tx: Tx, id_: int) -> None:
    """Nobody confirmed in time."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.login.state is LoginState.WAITING:
        _finish(tx, stored, state=LoginState.EXPIRED, error=Rejection.SERVER_ERROR)
