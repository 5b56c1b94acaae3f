"""Logins through the control API: look at them, play their users, withdraw consents, rotate the signing key."""

from typing import Any

from pydantic import StrictStr
from starlette.requests import Request

from mockserver.apis.login.domain import links
from mockserver.apis.login.domain.logins import Answers, Consent, LoginState, Rejection, StoredLogin, way_back
from mockserver.apis.login.services import consents, login_keys, logins, withdrawals
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import timestamp
from mockserver.core.policy import Lenience
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer, check_phone
from mockserver.world.services import world
from mockserver.world.services.directory import directory
from mockserver.world.services.spares import Spares


class AnswersBody(ControlBody):
    """What the user ticks: the ids of ``marketing`` consents and of elements of the custom ``flow``, all by default."""

    marketing: list[StrictStr] | None = None
    flow: list[StrictStr] | None = None

    def answers(self) -> Answers:
        """What the user ticked."""
        marketing = None if self.marketing is None else frozenset(self.marketing)
        return Answers(marketing, None if self.flow is None else frozenset(self.flow))


class ApproveLoginBody(AnswersBody):
    """How to approve a login: everything may be left out.

    ``customer`` is a phone number, by default whoever was picked on the page, else the first of the market.
    """

    customer: StrictStr | None = None


class RejectLoginBody(ControlBody):
    """Which error the client gets."""

    reason: Rejection = Rejection.ACCESS_DENIED


@requests.takes("msn", "phone", "state", "limit")
async def get_logins(runtime: Runtime, request: Request) -> Any:
    """Lists logins, the latest first; filters: msn, phone, state, limit."""
    filters = dict(request.query_params)
    state = requests.to_value(LoginState, filters["state"], "state") if "state" in filters else None
    limit = requests.number(filters, "limit", 100)
    tx = runtime.engine.reading()
    found = logins.newest(tx, msn=filters.get("msn"), phone=filters.get("phone"), state=state, limit=limit or 0)
    return {"logins": [_login(runtime, request, stored) for stored in found]}


async def get_login(runtime: Runtime, request: Request) -> Any:
    """Shows one login: its state, its page, and where the browser goes next."""
    return _login(runtime, request, _find(runtime.engine.reading(), request))


async def approve_login(runtime: Runtime, request: Request) -> Any:
    """Confirms a login for a customer, with consent; redirectTo is where the browser goes."""
    body = await requests.read(request, ApproveLoginBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        stored = _find(tx, request)
        lenience = Lenience(tx.policy)
        customer = _customer(tx, stored, body.customer, lenience)
        approved = logins.approve(tx, stored, customer, body.answers(), made_up=bool(lenience.warnings))
    runtime.tell(lenience, "POST", request.url.path, approved.login.msn)
    return requests.warned(_login(runtime, request, approved), lenience)


async def reject_login(runtime: Runtime, request: Request) -> Any:
    """Rejects a login; reason is the error that the client gets, access_denied by default."""
    body = await requests.read(request, RejectLoginBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        rejected = logins.reject(tx, _find(tx, request), body.reason)
    return _login(runtime, request, rejected)


@requests.takes("msn", "phone", "limit")
async def get_consents(runtime: Runtime, request: Request) -> Any:
    """Lists what users share with sales units by login; filters: msn, phone, limit."""
    filters = dict(request.query_params)
    limit = requests.number(filters, "limit", 100)
    tx = runtime.engine.reading()
    found = consents.given(tx, msn=filters.get("msn"), phone=filters.get("phone"), limit=limit or 0)
    return {"consents": [_consent(each) for each in found]}


async def withdraw_consent(runtime: Runtime, request: Request) -> Any:
    """Withdraws a user's consent: tokens end, the next login asks again, the consent webhook is called."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    msn, phone = request.path_params["msn"], request.path_params["phone"]
    withdrawn = await withdrawals.withdraw(runtime.engine, runtime.fetch, msn, phone)
    return _consent(withdrawn.consent) | {"webhook": withdrawn.webhook}


async def rotate_login_key(runtime: Runtime, request: Request) -> Any:
    """Creates a new key for id tokens; earlier keys stay in the JWKS."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    await runtime.parts.of(Spares).fill()
    with runtime.engine.transaction() as tx:
        return {"kid": login_keys.rotate(tx)}


ROWS = (
    ("GET", "/logins", get_logins),
    ("GET", "/logins/{id}", get_login),
    ("POST", "/logins/{id}/approve", approve_login),
    ("POST", "/logins/{id}/reject", reject_login),
    ("GET", "/consents", get_consents),
    ("POST", "/consents/{msn}/{phone}/withdraw", withdraw_consent),
    ("POST", "/login-keys/rotate", rotate_login_key),
)
"""Method, path under /_mock, handler; the handlers' docstrings are the documentation."""


def _find(tx: Tx, request: Request) -> StoredLogin:
    return logins.find(tx, request.path_params["id"])


def _customer(tx: Tx, stored: StoredLogin, phone: str | None, lenience: Lenience) -> Customer:
    phone = phone or stored.login.phone
    market = stored.login.request.market
    if market is None:
        unit = world.sales_unit(tx, stored.login.msn)
        market = directory(tx).merchant_of(tx.connection, unit).market
    if phone is not None:
        return world.customer_for(tx, check_phone(phone, "customer"), market, lenience)
    for customer in world.customers(tx, market, limit=1):
        return customer
    raise Malformed([Violation("customer", f"The world has no customer in {market}")])


def _login(runtime: Runtime, request: Request, stored: StoredLogin) -> dict[str, Any]:
    login = stored.login
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    page, back = links.login_page(origin, logins.token_of(stored)), way_back(login)
    posts = back is not None and back.url is None
    return {
        "id": login.id,
        "msn": login.msn,
        "clientId": login.request.client_id,
        "state": login.state,
        "scopes": login.request.scopes,
        "redirectUri": login.request.redirect_uri,
        "customer": login.phone,
        "createdAt": timestamp(login.created_at),
        "expiresAt": timestamp(login.expires_at),
        "error": login.error,
        "page": page,
        "redirectTo": back.url or page if back is not None else None,
        "form": back.parameters if back is not None and posts else None,
    }


def _consent(consent: Consent) -> dict[str, Any]:
    plain: dict[str, Any] = requests.plain(consent)
    del plain["given_at"]
    return plain | {"givenAt": timestamp(consent.given_at)}
