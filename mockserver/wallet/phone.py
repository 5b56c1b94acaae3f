"""The phone of each customer, as a page: what waits there for an answer, to be confirmed or rejected."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mockserver.domain.approval import DeclineReason
from mockserver.domain.customer import Customer
from mockserver.domain.errors import DomainError, IllegalAction, Malformed, NotFound
from mockserver.domain.logins import LoginState, Rejection, StoredLogin, callback
from mockserver.services import approvals, backchannel, logins, phones, world
from mockserver.services import payments as payment_service
from mockserver.services.approvals import Attempt, Outcome
from mockserver.services.engine import Tx
from mockserver.wallet import consenting, landing
from mockserver.web import links, pages
from mockserver.web.pages import Page
from mockserver.web.runtime import Runtime

PACKAGE = "mockserver.wallet"
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
        typed = request.query_params.get("phone", "").replace(" ", "").removeprefix("+")
        if typed and world.customer(tx, typed) is not None:
            return RedirectResponse(links.phone_page(typed), 303)
        counts = phones.waiting(tx)
        busy = [customer for phone in counts if (customer := world.customer(tx, phone)) is not None]
        others = [each for each in world.customers(tx, limit=_MOST_CUSTOMERS) if each.phone not in counts]
        listed = [(customer, counts[customer.phone]) for customer in (*busy, *others)]
        message = f"Nobody has the number {typed[:20]}." if typed else None
        return pages.render(request, PACKAGE, "phones.html", 404 if typed else 200, customers=listed, message=message)

    async def show(self, request: Request) -> Response:
        """What waits on one phone."""
        told = _TOLD.get(request.query_params.get("told", ""))
        return self._page(request, told=told)

    def _page(self, request: Request, status: int = 200, **values: Any) -> Response:
        tx = self._runtime.engine.reading()
        customer = _customer(tx, request)
        shown = {"message": None, "told": None, "confirming": None} | values
        asking = [_login(tx, stored, customer) for stored in logins.waiting_for(tx, customer.phone)]
        paying = [_payment(tx, payment_service.token_of(stored)) for stored in phones.payments_for(tx, customer)]
        return pages.render(
            request, PACKAGE, "phone.html", status, customer=customer, logins=asking, payments=paying, **shown
        )

    async def act(self, request: Request) -> Response:
        """The customer's answer to one of them."""
        form = await pages.read_form(request)
        try:
            policy = self._runtime.policies.of(request.scope, dict(request.scope["headers"]))
            with self._runtime.engine.transaction(policy) as tx:
                customer = _customer(tx, request)
                came_to = _answer(tx, customer, form)
        except (DomainError, Malformed, IllegalAction) as error:
            return self._page(request, 422, message=landing.sorry(error))
        if isinstance(came_to, DeclineReason):
            return self._page(request, message=f"{came_to.sentence}.")
        if came_to is Outcome.NEEDS_CONFIRMATION:
            told = "Your bank asks you to confirm this payment once more."
            return self._page(request, told=told, confirming=form.get("payment"))
        return RedirectResponse(str(came_to), 303)


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


def _payment(tx: Tx, token: str) -> dict[str, Any]:
    values = landing.values(landing.visit(tx, token))
    return values | {"elsewhere": values["terms"].express is not None}


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str | DeclineReason | Outcome:
    """Where the browser goes then, or what has to be said first."""
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
    if login.auth_req_id is not None and callback(ended.login) is not None:
        return links.login_page("", logins.token_of(ended)) + "&returning=yes"
    told = "confirmed" if ended.login.state is LoginState.APPROVED else "rejected"
    return links.phone_page(customer.phone, told)


def _answer_payment(tx: Tx, customer: Customer, form: dict[str, str]) -> str | DeclineReason | Outcome:
    action = form.get("action")
    stored = payment_service.by_token(tx, form.get("payment", ""))
    if stored.id not in {each.id for each in phones.payments_for(tx, customer)}:
        raise IllegalAction("The payment does not wait on this phone any more")
    if action == "cancel":
        approvals.abort(tx, stored)
        return links.phone_page(customer.phone, "rejected")
    if action != "approve":
        raise IllegalAction("The page does not know this button")
    if payment_service.terms_of(tx, stored).express is not None:
        raise IllegalAction("An Express payment needs an address: approve it on its own page")
    attempt = Attempt(customer, confirmed=form.get("confirmed") == "yes")
    outcome = approvals.approve_by_hand(tx, stored, attempt)
    if isinstance(outcome, DeclineReason) or outcome is Outcome.NEEDS_CONFIRMATION:
        return outcome
    return links.phone_page(customer.phone, "approved" if outcome is Outcome.APPROVED else "unknown")
