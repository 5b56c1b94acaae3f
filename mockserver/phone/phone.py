"""The phone of each customer, as a page: what waits there for an answer, to be confirmed or rejected."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mockserver.apis.epayment.domain.approval import DeclineReason
from mockserver.apis.epayment.domain.payment import StoredPayment
from mockserver.apis.epayment.pages import landing
from mockserver.apis.epayment.services import approvals
from mockserver.apis.epayment.services import payments as payment_service
from mockserver.apis.epayment.services.approvals import Attempt, Outcome
from mockserver.apis.login.domain.logins import LoginState, Rejection, StoredLogin, way_back
from mockserver.apis.login.pages import consenting
from mockserver.apis.login.services import backchannel, logins
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError, IllegalAction, Malformed, NotFound
from mockserver.core.money import Market
from mockserver.phone import numbers
from mockserver.phone import waiting as phones
from mockserver.web import links, pages
from mockserver.web.notes import Note, Notes
from mockserver.web.pages import Page
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer
from mockserver.world.services import profiles, world

PACKAGE = "mockserver.phone"
_TOLD = {
    "confirmed": "Confirmed. You can go on where you came from.",
    "matched": "That is the number. Now confirm the login.",
    "approved": "Approved: the payment is reserved.",
    "unknown": "Approved, but the bank has not answered yet.",
    "rejected": "Rejected.",
}
_MOST_CUSTOMERS = 200


class PhonePages:
    """The phones of all customers, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[Route]:
        """The list of phones, and each of them."""
        return [
            Route(links.PHONES, _guarded(self.all), methods=["GET"]),
            Route(links.PHONE, _guarded(self.show), methods=["GET"]),
            Route(links.PHONE, _guarded(self.act), methods=["POST"]),
        ]

    async def all(self, request: Request) -> Response:
        """Every customer, those first on whose phone something waits; or on to the phone of a typed number."""
        tx = self._runtime.engine.reading()
        typed = numbers.plain(request.query_params.get("phone", ""))
        if typed and world.customer(tx, typed) is not None:
            return RedirectResponse(links.phone_page(typed), 303)
        counts = phones.waiting(tx)
        busy = [customer for phone in counts if (customer := world.customer(tx, phone)) is not None]
        others = [each for each in world.customers(tx, limit=_MOST_CUSTOMERS) if each.phone not in counts]
        listed = [(customer, counts[customer.phone]) for customer in (*busy, *others)]
        values: dict[str, Any] = {"customers": listed, "example": numbers.EXAMPLES[Market.NO], "labels": landing.LABELS}
        if typed:
            values |= {"wrong": {"phone": f"Nobody has the number {typed[:20]}"}, "typed": {"phone": typed[:20]}}
        return pages.render(request, PACKAGE, "phones.html", 404 if typed else 200, **values)

    async def show(self, request: Request) -> Response:
        """What waits on one phone."""
        tx = self._runtime.engine.reading()
        customer = _customer(tx, request)
        note = self._notes.read(request, links.phone_page(customer.phone))
        shown = note.shown | {"labels": landing.LABELS}
        shown["told"] = note.told or _TOLD.get(request.query_params.get("told", ""))
        shown["confirming"] = note.typed.get("payment") if note.step == "confirm" else None
        asking = [_login(tx, stored, customer) for stored in logins.waiting_for(tx, customer.phone)]
        paying = [_payment(tx, stored, customer) for stored in phones.payments_for(tx, customer)]
        return pages.render(request, PACKAGE, "phone.html", customer=customer, logins=asking, payments=paying, **shown)

    async def act(self, request: Request) -> Response:
        """The customer's answer to one of them."""
        form = await pages.read_form(request)
        came_to: str | Note
        try:
            policy = self._runtime.policies.of(request.scope, dict(request.scope["headers"]))
            with self._runtime.engine.transaction(policy) as tx:
                customer = _customer(tx, request)
                came_to = _answer(tx, customer, form)
        except (DomainError, Malformed, IllegalAction) as error:
            came_to = landing.sorry(error, form)
        if isinstance(came_to, Note):
            return self._notes.redirect(request, links.phone_page(request.path_params["phone"]), came_to)
        return RedirectResponse(came_to, 303)


def _guarded(page: Page) -> Page:
    return pages.guarded(page, "There is no such phone, or nothing of that kind waits there.")


def _customer(tx: Tx, request: Request) -> Customer:
    customer = world.customer(tx, request.path_params["phone"])
    if customer is None:
        raise NotFound("There is no such customer")
    return customer


def _login(tx: Tx, stored: StoredLogin, customer: Customer) -> dict[str, Any]:
    asked = consenting.asked(tx, stored, customer)
    if not logins.needs_consent(tx, stored.login):
        asked["data"] = []
    numbers = sorted(stored.login.challenge)
    message = backchannel.binding_message(tx, stored.login)
    return consenting.values(tx, stored) | asked | {"numbers": numbers, "binding_message": message}


def _payment(tx: Tx, stored: StoredPayment, customer: Customer) -> dict[str, Any]:
    visit = landing.visit(tx, payment_service.token_of(stored))
    asked = profiles.asked(tx, stored.payment.msn, customer, visit.terms.scopes)
    more = {"elsewhere": visit.terms.express is not None, "asked": landing.scope_names(asked)}
    return landing.values(visit) | more


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str | Note:
    """Where the browser goes then, or what the phone has to say first."""
    if "login" in form:
        stored = logins.by_token(tx, form["login"])
        if stored.login.phone != customer.phone:
            raise NotFound("There is no such login on this phone")
        return _answer_login(tx, stored, customer, form)
    return _answer_payment(tx, customer, form)


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
        return links.login_page("", logins.token_of(ended)) + "&returning=yes"
    told = "confirmed" if ended.login.state is LoginState.APPROVED else "rejected"
    return links.phone_page(customer.phone, told)


def _answer_payment(tx: Tx, customer: Customer, form: dict[str, str]) -> str | Note:
    action = form.get("action")
    stored = payment_service.by_token(tx, form.get("payment", ""))
    if stored.id not in {each.id for each in phones.payments_for(tx, customer)}:
        raise IllegalAction("The payment does not wait on this phone any more")
    if action == "cancel":
        approvals.abort(tx, stored)
        return links.phone_page(customer.phone, "rejected")
    if action != "approve":
        raise IllegalAction("The page does not know this button")
    terms = payment_service.terms_of(tx, stored)
    if terms.express is not None:
        raise IllegalAction("An Express payment needs an address: approve it on its own page")
    landing.check_accepted(terms, form)
    attempt = Attempt(customer, confirmed=form.get("confirmed") == "yes")
    outcome = approvals.approve_by_hand(tx, stored, attempt)
    if isinstance(outcome, DeclineReason):
        return Note(f"{outcome.sentence}.")
    if outcome is Outcome.NEEDS_CONFIRMATION:
        told = "Your bank asks you to confirm this payment once more."
        return Note(told=told, typed={"payment": form["payment"]}, step="confirm")
    return links.phone_page(customer.phone, "approved" if outcome is Outcome.APPROVED else "unknown")
