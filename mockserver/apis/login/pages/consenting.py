"""What the login pages show and understand: from a login and a form to a page or a decision."""

from typing import Any

from mockserver.apis.login.domain.logins import Answers, Login, StoredLogin, missing_answers, needing_consent
from mockserver.apis.login.services import consents, logins
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.phone import numbers
from mockserver.web.texts import text
from mockserver.world.domain.customer import MSISDN, Customer
from mockserver.world.domain.login import CUSTOM_FLOW, DELEGATED_CONSENTS
from mockserver.world.services import world
from mockserver.world.services.directory import directory

CONSENTS = "/wallet/{phone}/consents"
"""Where customers see what they share."""
MOST_CUSTOMERS = 20
_NAMES = {
    "name": "Name",
    "phoneNumber": "Phone number",
    "email": "Email address",
    "address": "Addresses",
    "birthDate": "Date of birth",
    "gender": "Gender",
    "nin": "National identity number",
}


def market(tx: Tx, login: Login) -> Market:
    """Whose customers are offered: those of the market that the client asked for, else of its merchant."""
    if login.request.market is not None:
        return login.request.market
    return directory(tx).merchant_of(tx.connection, world.sales_unit(tx, login.msn)).market


def values(tx: Tx, stored: StoredLogin) -> dict[str, Any]:
    """What every page of a login shows."""
    unit = world.sales_unit(tx, stored.login.msn)
    return {
        "session": logins.token_of(stored),
        "login": stored.login,
        "unit": unit.name,
        "merchant": directory(tx).merchant_of(tx.connection, unit).name,
    }


def hinted(login: Login) -> str:
    """The phone number that the client expects, to be filled in."""
    hint = (login.request.login_hint or "").removeprefix("urn:msisdn:")
    return hint if MSISDN.fullmatch(hint) else ""


def chosen(tx: Tx, login: Login, form: dict[str, str], lenience: Lenience) -> Customer:
    """The customer that the form names, by a typed number before a picked one; raises Malformed or DomainError."""
    where = market(tx, login)
    return world.customer_for(tx, numbers.named(form, where), where, lenience)


def user(tx: Tx, stored: StoredLogin) -> Customer:
    """Who logs in; raises Malformed when that is open."""
    customer = world.customer(tx, stored.login.phone or "")
    if customer is None:
        raise Malformed([Violation("customer", "Pick a customer or type a phone number")])
    return customer


def asked(tx: Tx, stored: StoredLogin, customer: Customer) -> dict[str, Any]:
    """What the consent page asks: each scope with the customer's data, and the unit's own texts once."""
    login = stored.login
    settings, shown = world.sales_unit(tx, login.msn).login, _shown_before(tx, login)
    scopes = login.request.scopes
    data = [(text(_NAMES[scope]), _data(customer, scope)) for scope in needing_consent(scopes) if scope in _NAMES]
    marketing = DELEGATED_CONSENTS in scopes and DELEGATED_CONSENTS not in shown
    flow = CUSTOM_FLOW in scopes and CUSTOM_FLOW not in shown
    return {
        "data": data,
        "marketing": settings.delegated_consents if marketing else None,
        "screens": settings.custom_flow.screens if flow and settings.custom_flow else (),
    }


def _shown_before(tx: Tx, login: Login) -> tuple[str, ...]:
    known = consents.given(tx, msn=login.msn, phone=login.phone)
    return known[0].asked if known else ()


def _data(customer: Customer, scope: str) -> list[str]:
    match scope:
        case "name":
            return [customer.name]
        case "phoneNumber":
            return [customer.phone]
        case "email":
            return [customer.email if customer.email_verified else text("{email} (not verified)", email=customer.email)]
        case "address":
            return [f"{address} ({text(kind)})" for kind, address in customer.typed_addresses] or [text("none")]
        case "birthDate":
            return [customer.birth_date]
        case "gender":
            return [text(customer.gender or "not said")]
        case _:
            return [customer.nin or text("none")]


def answers(tx: Tx, stored: StoredLogin, form: dict[str, str]) -> Answers:
    """What was ticked; raises Malformed when something required was not."""

    def ticked(prefix: str) -> frozenset[str]:
        return frozenset(name.removeprefix(prefix) for name in form if name.startswith(prefix))

    login = stored.login
    shown = _shown_before(tx, login)
    scopes = tuple(scope for scope in login.request.scopes if scope not in shown)
    given = Answers(ticked("marketing-"), ticked("flow-"))
    missing = missing_answers(world.sales_unit(tx, login.msn).login, scopes, given)
    if missing:
        raise Malformed([Violation("consent", text("To continue, tick: {names}", names=", ".join(missing)))])
    return given


def shared(tx: Tx, phone: str) -> list[dict[str, Any]]:
    """What a customer shares with whom."""
    found = []
    for consent in consents.given(tx, phone=phone):
        unit = world.sales_unit(tx, consent.msn)
        names = [text(_NAMES[scope]) for scope in consent.scopes if scope in _NAMES]
        found.append({"msn": unit.msn, "unit": unit.name, "names": names})
    return found
