"""The pages of a login: who it is, the app's confirmation, the consent, and the way back."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.login.domain import links
from mockserver.apis.login.domain.logins import LoginState, Rejection, StoredLogin, way_back
from mockserver.apis.login.pages import consenting
from mockserver.apis.login.services import grants, logins, withdrawals
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError, IllegalAction, Malformed, NotFound
from mockserver.core.policy import Lenience
from mockserver.phone import numbers
from mockserver.phone.refusals import LABELS, sorry
from mockserver.web import pages
from mockserver.web.notes import Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.world.domain.customer import Customer, LoginBehaviour
from mockserver.world.services import world

PACKAGE = "mockserver.apis.login.pages"
_REMEMBERED_FOR = 180 * 24 * 3600
"""Seconds that a browser keeps its cookie."""


class LoginPages:
    """The customer's side of logins, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[PageRoute]:
        """All pages about logins."""
        return [
            PageRoute(links.LOGIN, _page(self.show), "GET", Who.LINK),
            PageRoute(links.LOGIN, _page(self.act), "POST", Who.LINK),
            PageRoute(consenting.CONSENTS, _page(self.consents), "GET", Who.OPERATOR),
            PageRoute(consenting.CONSENTS, _page(self.withdraw), "POST", Who.OPERATOR),
        ]

    async def show(self, request: Request) -> Response:
        """The step that the login stands at; once it is over, the way back to the client."""
        with self._runtime.engine.transaction(self._runtime.rules(request.scope)) as tx:
            stored = logins.by_token(tx, request.query_params.get("session", ""))
            if stored.login.state is not LoginState.WAITING:
                return self._over(request, tx, stored)
            return self._step(request, tx, stored)

    def _step(self, request: Request, tx: Tx, stored: StoredLogin) -> Response:
        login, note = stored.login, self._notes.read(request, links.login_page("", logins.token_of(stored)))
        values = consenting.values(tx, stored) | note.shown | {"labels": LABELS}
        customer = world.customer(tx, login.phone) if login.phone else None
        if customer is None:
            market = consenting.market(tx, login)
            values["customers"] = world.customers(tx, market, consenting.MOST_CUSTOMERS)
            values |= {"hint": consenting.hinted(login), "example": numbers.EXAMPLES[market]}
            return pages.render(request, PACKAGE, "login_who.html", **values)
        values["customer"] = customer
        if customer.login in (LoginBehaviour.DELAYED, LoginBehaviour.NEVER) and login.remembered_at is None:
            return pages.render(request, PACKAGE, "login_wait.html", **values)
        if not login.matched:
            offered = sorted(login.challenge)
            return pages.render(
                request, PACKAGE, "login_confirm.html", number=login.challenge[0], numbers=offered, **values
            )
        asked = consenting.asked(tx, stored, customer)
        return pages.render(request, PACKAGE, "login_consent.html", **asked, **values)

    def _over(self, request: Request, tx: Tx, stored: StoredLogin) -> Response:
        login = stored.login
        back = way_back(login)
        grant = grants.by_number(tx, login.grant) if login.grant is not None else None
        if grant is not None and grant.used_at is not None:
            back = None  # the code in it would be refused, and take away what it gave
        url = back.url if back is not None else None
        is_app = url is not None and (login.request.final_redirect_is_app or not url.startswith("http"))
        returning = request.query_params.get("returning") == "yes"
        response: Response
        if back is not None and url is None:
            response = pages.response(pages.posting(back.redirect_uri, back.parameters))
        elif url is None or is_app or returning:
            # Not straight to the client: browsers hold redirects of a form to the page's form-action policy.
            values = consenting.values(tx, stored)
            response = pages.render(
                request, PACKAGE, "login_done.html", url=url, refresh=returning and not is_app, **values
            )
        else:
            response = RedirectResponse(url, 302, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        token = logins.remember(tx, stored)
        if token is not None:
            response.set_cookie(
                links.REMEMBERED,
                token,
                max_age=_REMEMBERED_FOR,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response

    async def act(self, request: Request) -> Response:
        """Go on with the login, or cancel it."""
        form = await pages.read_form(request)
        token = form.get("session", "")
        try:
            with self._runtime.engine.transaction(self._runtime.rules(request.scope)) as tx:
                stored = logins.by_token(tx, token)
                if stored.login.state is LoginState.WAITING:
                    _decide(tx, stored, form)
        except (DomainError, Malformed, IllegalAction) as error:
            return self._notes.redirect(request, links.login_page("", token), sorry(error, form))
        return RedirectResponse(f"{links.LOGIN}?session={token}&returning=yes", 303)

    async def consents(self, request: Request) -> Response:
        """Who knows what about a customer."""
        with self._runtime.engine.transaction() as tx:
            customer = _customer(tx, request)
            shared = consenting.shared(tx, customer.phone)
        return pages.render(request, PACKAGE, "consents.html", customer=customer, shared=shared)

    async def withdraw(self, request: Request) -> Response:
        """The customer withdraws one consent."""
        form = await pages.read_form(request)
        with self._runtime.engine.transaction() as tx:
            phone = _customer(tx, request).phone
        await withdrawals.withdraw(self._runtime.engine, self._runtime.fetch, form.get("msn", ""), phone)
        return RedirectResponse(request.url.path, 303)


def _customer(tx: Tx, request: Request) -> Customer:
    customer = world.customer(tx, request.path_params["phone"])
    if customer is None:
        raise NotFound("There is no such customer")
    return customer


def _decide(tx: Tx, stored: StoredLogin, form: dict[str, str]) -> None:
    login = stored.login
    action = form.get("action", "")
    if action == "cancel":
        logins.reject(tx, stored, Rejection.ACCESS_DENIED)
    elif action == "continue" and login.phone is None:
        lenience = Lenience(tx.policy)
        customer = consenting.chosen(tx, login, form, lenience)
        remember, made_up = form.get("remember") == "yes", bool(lenience.warnings)
        logins.choose(tx, stored, customer, remember=remember, made_up=made_up)
    elif action.isascii() and action.isdigit() and len(action) < 4 and login.phone is not None:
        stored = logins.match(tx, stored, int(action))
        if stored.login.state is LoginState.WAITING and not logins.needs_consent(tx, stored.login):
            logins.approve(tx, stored, consenting.user(tx, stored))
    elif action == "accept" and login.matched and login.phone is not None:
        logins.approve(tx, stored, consenting.user(tx, stored), consenting.answers(tx, stored, form))
    else:
        raise IllegalAction("The page does not know this button")


def _page(page: Page) -> Page:
    return pages.guarded(page, "There is no login or customer behind this address.")
