"""Logins that wait on phones."""

from typing import Any, Final

from mockserver.apis.login.domain.links import login_page
from mockserver.apis.login.domain.logins import LoginState, Rejection, StoredLogin, way_back
from mockserver.apis.login.pages import consenting
from mockserver.apis.login.services import backchannel, logins
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, NotFound
from mockserver.phone.waiting import Waiting
from mockserver.web import links
from mockserver.world.domain.customer import Customer


def _waiting(tx: Tx, customer: Customer) -> list[dict[str, Any]]:
    return [_login(tx, stored, customer) for stored in logins.waiting_for(tx, customer.phone)]


def _login(tx: Tx, stored: StoredLogin, customer: Customer) -> dict[str, Any]:
    asked = consenting.asked(tx, stored, customer)
    if not logins.needs_consent(tx, stored.login):
        asked["data"] = []
    numbers = sorted(stored.login.challenge)
    message = backchannel.binding_message(tx, stored.login)
    return consenting.values(tx, stored) | asked | {"numbers": numbers, "binding_message": message}


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str:
    stored = logins.by_token(tx, form["login"])
    if stored.login.phone != customer.phone:
        raise NotFound("There is no such login on this phone")
    return _answer_login(tx, stored, customer, form)


def _answer_login(tx: Tx, stored: StoredLogin, customer: Customer, form: dict[str, str]) -> str:
    login, action = stored.login, form.get("action", "")
    if action == "cancel":
        ended = logins.reject(tx, stored, Rejection.ACCESS_DENIED)
    elif action == "accept" and login.matched:
        ended = logins.approve(tx, stored, customer, consenting.answers(tx, stored, form))
    elif action.isascii() and action.isdigit() and len(action) < 4 and not login.matched:
        ended = logins.match(tx, stored, int(action))
        if ended.login.state is LoginState.WAITING and logins.needs_consent(tx, ended.login):
            return links.phone_page(customer.phone, "matched")
        if ended.login.state is LoginState.WAITING:
            ended = logins.approve(tx, ended, customer)
    else:
        raise IllegalAction("The page does not know this button")
    if login.auth_req_id is not None and way_back(ended.login) is not None:
        return login_page("", logins.token_of(ended)) + "&returning=yes"
    told = "confirmed" if ended.login.state is LoginState.APPROVED else "rejected"
    return links.phone_page(customer.phone, told)


WAITING: Final = Waiting(
    "login",
    "mockserver.apis.login.pages",
    "_phone_login.html",
    logins.waiting_by_phone,
    _waiting,
    _answer,
    told={
        "confirmed": "Confirmed. You can go on where you came from.",
        "matched": "That is the number. Now confirm the login.",
    },
    links=((consenting.CONSENTS, "who has access"),),
)
