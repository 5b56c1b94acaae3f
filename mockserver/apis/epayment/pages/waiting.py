"""Payments that wait on phones."""

from typing import Any, Final

from mockserver.apis.epayment.domain.approval import DeclineReason
from mockserver.apis.epayment.domain.payment import StoredPayment
from mockserver.apis.epayment.pages import landing
from mockserver.apis.epayment.services import approvals, payments, phones
from mockserver.apis.epayment.services.approvals import Attempt, Outcome
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction
from mockserver.phone.picking import scope_names
from mockserver.phone.waiting import Waiting
from mockserver.web import links
from mockserver.web.notes import Note
from mockserver.web.texts import text
from mockserver.world.domain.customer import Customer
from mockserver.world.services import profiles


def _waiting(tx: Tx, customer: Customer) -> list[dict[str, Any]]:
    return [_payment(tx, stored, customer) for stored in phones.waiting_for(tx, customer)]


def _payment(tx: Tx, stored: StoredPayment, customer: Customer) -> dict[str, Any]:
    visit = landing.visit(tx, payments.token_of(stored))
    asked = profiles.asked(tx, stored.payment.msn, customer, visit.terms.scopes)
    more = {"elsewhere": visit.terms.express is not None, "asked": scope_names(asked)}
    return landing.values(visit) | more


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str | Note:
    action = form.get("action")
    stored = payments.by_token(tx, form.get("payment", ""))
    if stored.id not in {each.id for each in phones.waiting_for(tx, customer)}:
        raise IllegalAction("The payment does not wait on this phone any more")
    if action == "cancel":
        approvals.abort(tx, stored)
        return links.phone_page(customer.phone, "rejected")
    if action != "approve":
        raise IllegalAction("The page does not know this button")
    terms = payments.terms_of(tx, stored)
    if terms.express is not None:
        raise IllegalAction("An Express payment needs an address: approve it on its own page")
    landing.check_accepted(terms, form)
    attempt = Attempt(customer, confirmed=form.get("confirmed") == "yes")
    outcome = approvals.approve_by_hand(tx, stored, attempt)
    if isinstance(outcome, DeclineReason):
        return Note(text("{why}.", why=text(outcome.sentence)))
    if outcome is Outcome.NEEDS_CONFIRMATION:
        told = "Your bank asks you to confirm this payment once more."
        return Note(told=told, typed={"payment": form["payment"]}, step="confirm")
    return links.phone_page(customer.phone, "approved" if outcome is Outcome.APPROVED else "unknown")


WAITING: Final = Waiting(
    "payment",
    "mockserver.apis.epayment.pages",
    "_phone_payment.html",
    phones.waiting_by_phone,
    _waiting,
    _answer,
    told={
        "approved": "Approved: the payment is reserved.",
        "unknown": "Approved, but the bank has not answered yet.",
    },
    labels=landing.LABELS,
    fields=landing.FIELDS,
)
