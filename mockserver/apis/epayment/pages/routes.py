"""The pages that payments lead to."""

import asyncio
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mockserver.apis.epayment.domain import links
from mockserver.apis.epayment.domain.approval import DeclineReason
from mockserver.apis.epayment.domain.payment import State
from mockserver.apis.epayment.domain.shipping import DynamicShipping
from mockserver.apis.epayment.domain.terms import QrFormat, UserFlow
from mockserver.apis.epayment.pages import landing, qr, rules
from mockserver.apis.epayment.pages.landing import Visit
from mockserver.apis.epayment.services import approvals, conducts, payments, personas, shipping
from mockserver.apis.epayment.services.approvals import Attempt, Outcome
from mockserver.core.errors import DomainError, IllegalAction, Malformed, NotFound
from mockserver.core.fetching import MerchantUnreachable
from mockserver.core.policy import Lenience
from mockserver.phone import picking
from mockserver.phone.refusals import sorry
from mockserver.scenarios.scenarios import Scenarios
from mockserver.web import pages
from mockserver.web.notes import NOTHING, Note, Notes
from mockserver.web.pages import Page, PageRoute, Who
from mockserver.web.runtime import Runtime
from mockserver.web.texts import text
from mockserver.world.domain.customer import Address
from mockserver.world.services import world

PACKAGE = "mockserver.apis.epayment.pages"
_PICTURE = pages.NOSNIFF | {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class Wallet:
    """The customer's side, on one server."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._notes = Notes()

    def routes(self) -> list[PageRoute]:
        """All pages of the room."""
        return [
            PageRoute(links.LANDING, self._guarded(self.show), "GET", Who.LINK),
            PageRoute(links.LANDING, self._guarded(self.act), "POST", Who.LINK),
            PageRoute("/qr/{token}.svg", self._guarded(self.svg), "GET", Who.LINK),
            PageRoute("/qr/{token}.png", self._guarded(self.png), "GET", Who.LINK),
        ]

    def _guarded(self, page: Page) -> Page:
        return pages.guarded(page, "There is no payment behind this address.")

    async def show(self, request: Request) -> Response:
        """The landing page: who is paid, how much, for what; or how the payment ended."""
        rules = self._runtime.rules(request.scope)
        tx = self._runtime.engine.reading(rules)
        visit = landing.visit(tx, request.query_params.get("token", ""))
        note = self._notes.read(request, visit.address)
        if not landing.waits(visit):
            shown = (note if note.step == "over" else NOTHING).shown
            shown["returning"] = request.query_params.get("returning") == "yes"
            return pages.render(request, PACKAGE, "done.html", **landing.values(visit), **shown)
        with self._runtime.engine.transaction(rules) as tx:
            template, values = landing.step(tx, visit, note)
        return pages.render(
            request, PACKAGE, template, also=(picking.PACKAGE,), **landing.values(visit), **note.shown, **values
        )

    async def act(self, request: Request) -> Response:
        """Approve, cancel, or go on to the next step. The page that comes then says what else there is to say."""
        form = await pages.read_form(request)
        visit = landing.visit(self._runtime.engine.reading(), form.get("token", ""))
        try:
            note = await self._decide(request, visit, form)
        except (DomainError, Malformed, IllegalAction) as error:
            now = landing.visit(self._runtime.engine.reading(), form.get("token", ""))
            note = sorry(error, form, landing.FIELDS) if landing.waits(now) else Note(landing.TOO_LATE, step="over")
        if note is not None:
            return self._notes.redirect(request, visit.address, note)
        # Not straight to the shop: browsers hold redirects of a form to the page's form-action policy.
        return RedirectResponse(f"{visit.address}&returning=yes", 303)

    async def _decide(self, request: Request, visit: Visit, form: dict[str, str]) -> Note | None:
        """What is left to be said; None where the browser goes back to the shop."""
        match form.get("action"):
            case "cancel":
                with self._runtime.engine.transaction() as tx:
                    approvals.abort(tx, visit.stored)
                return None
            case "continue":
                landing.check_accepted(visit.terms, form)
                return await self._choose_shipping(request, visit, form)
            case "approve":
                landing.check_accepted(visit.terms, form)
                return self._approve(request, visit, form)
            case _:
                raise IllegalAction("The page does not know this button")

    def _approve(self, request: Request, visit: Visit, form: dict[str, str]) -> Note | None:
        self._apply_rules(visit, form)
        with self._runtime.engine.transaction(self._runtime.rules(request.scope)) as tx:
            lenience = Lenience(tx.policy)
            customer = landing.chosen_customer(tx, visit, form, lenience)
            delivery = landing.chosen_delivery(tx, visit, customer, form)
            attempt = Attempt(
                customer,
                card_number=form.get("card") or None,
                consent=form.get("consent") == "yes",
                delivery=delivery,
                confirmed=form.get("confirmed") == "yes",
            )
            outcome = personas.approve_on_page(tx, visit.stored, attempt)
        payment = visit.stored.payment
        self._runtime.tell(lenience, "POST", links.LANDING, payment.msn, payment.reference)
        if isinstance(outcome, DeclineReason):
            return Note(
                text("{why}. Try again, try another customer, or cancel.", why=text(outcome.sentence)), typed=form
            )
        if outcome is Outcome.LATER:
            return Note(told=text("{name} was asked, and takes time to answer.", name=customer.name), typed=form)
        if outcome is Outcome.NEEDS_CONFIRMATION:
            kept = {name: value for name, value in form.items() if name not in (pages.CSRF, "action")}
            return Note(typed=kept | {"confirmed": "yes"}, step="confirm")
        return None

    def _apply_rules(self, visit: Visit, form: dict[str, str]) -> None:
        """Let a rule choose what the customer does; kept whatever comes of it, and counted once for a payment."""
        stored, runtime = visit.stored, self._runtime
        if not runtime.parts.of(Scenarios).rules.engaged or stored.payment.state is not State.CREATED:
            return
        with runtime.engine.transaction() as tx:
            if conducts.chosen(tx, stored).conduct is not None:
                return
            customer = landing.chosen_customer(tx, visit, form, keep=False)
            landing.chosen_delivery(tx, visit, customer, form)
            partner = world.sales_unit(tx, stored.payment.msn).partner_id
            conduct = rules.conduct_on_page(runtime, stored.payment, partner, customer.phone)
            if conduct is not None:
                conducts.choose(tx, stored, conduct)

    async def _choose_shipping(self, request: Request, visit: Visit, form: dict[str, str]) -> Note:
        express = visit.terms.express
        if express is None:
            raise IllegalAction("Only Express payments are shipped")
        tx = self._runtime.engine.reading(self._runtime.rules(request.scope))
        customer = landing.chosen_customer(tx, visit, form, keep=False)
        try:
            address = shipping.destination(express, visit.market, customer, landing.address_index(form))
        except Malformed as error:
            return replace(sorry(error, form, landing.FIELDS), step="shipping")
        problem = None if express.dynamic is None else await self._ask_merchant(visit, express.dynamic, address)
        return Note(wrong={"address": problem} if problem else {}, typed=form, step="shipping")

    async def _ask_merchant(self, visit: Visit, dynamic: DynamicShipping, address: Address) -> str | None:
        """Keep what the merchant offers for this address; why it offers nothing, else."""
        engine = self._runtime.engine
        era = engine.era
        try:
            groups = await shipping.ask(self._runtime.fetch, visit.stored.payment, dynamic, address)
        except shipping.CannotShip:
            return "The merchant does not ship to this address"
        except MerchantUnreachable as error:
            return text("The merchant's shipping options could not be had: {why}", why=error)
        engine.check(era)
        with engine.transaction() as tx:
            shipping.keep_offer(tx, visit.stored, groups)
        return None

    async def svg(self, request: Request) -> Response:
        """The QR code of a payment as an SVG."""
        visit = self._qr_visit(request, QrFormat.SVG)
        content = links.landing_page(self._origin(request), payments.token_of(visit.stored))
        return Response(await asyncio.to_thread(qr.svg, content), media_type="image/svg+xml", headers=_PICTURE)

    async def png(self, request: Request) -> Response:
        """The QR code of a payment as a PNG of the size that was asked for."""
        visit = self._qr_visit(request, QrFormat.PNG)
        content = links.landing_page(self._origin(request), payments.token_of(visit.stored))
        picture = await asyncio.to_thread(qr.png, content, visit.terms.qr_size)
        return Response(picture, media_type="image/png", headers=_PICTURE)

    def _qr_visit(self, request: Request, qr_format: QrFormat) -> Visit:
        visit = landing.visit(self._runtime.engine.reading(), request.path_params["token"])
        if visit.terms.user_flow is not UserFlow.QR or visit.terms.qr_format is not qr_format:
            raise NotFound("There is no such picture")
        return visit

    def _origin(self, request: Request) -> str:
        return self._runtime.origins.of(request.scope, dict(request.scope["headers"]))
