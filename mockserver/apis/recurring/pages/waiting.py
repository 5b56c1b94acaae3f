"""Agreements on phones: drafts that wait for an answer, and what a customer has agreed to."""

from typing import Any, Final

from mockserver.apis.recurring.domain.agreement import Actor, StoredAgreement
from mockserver.apis.recurring.domain.charge import Charge, FailureReason
from mockserver.apis.recurring.pages import landing, words
from mockserver.apis.recurring.services import acceptance, agreements, phones
from mockserver.apis.recurring.services.acceptance import Acceptance, Outcome
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, Violation
from mockserver.phone.picking import scope_names
from mockserver.phone.waiting import Having, Waiting
from mockserver.web import links
from mockserver.web.notes import Note
from mockserver.web.texts import text
from mockserver.world.domain.customer import Customer
from mockserver.world.services import profiles

_PACKAGE = "mockserver.apis.recurring.pages"
_TOLD = {
    Outcome.ACCEPTED: "agreed",
    Outcome.REJECTED: "rejected",
    Outcome.PROCESSING: "agreement-processing",
    Outcome.TOO_YOUNG: "too-young",
}


def _waiting(tx: Tx, customer: Customer) -> list[dict[str, Any]]:
    return [_draft(tx, stored, customer) for stored in phones.waiting_for(tx, customer.phone)]


def _draft(tx: Tx, stored: StoredAgreement, customer: Customer) -> dict[str, Any]:
    agreement = stored.agreement
    asked = profiles.asked(tx, agreement.msn, customer, agreement.scopes)
    more = {"asked": scope_names(asked), "cards": landing.cards(customer, None)}
    return landing.values(landing.seen(tx, stored)) | more


def _answer(tx: Tx, customer: Customer, form: dict[str, str]) -> str | Note:
    stored = agreements.by_token(tx, form["agreement"])
    if stored.id not in {each.id for each in phones.waiting_for(tx, customer.phone)}:
        raise IllegalAction("The agreement does not wait on this phone any more")
    match form.get("action"):
        case "reject":
            agreements.reject(tx, stored)
            return links.phone_page(customer.phone, "rejected")
        case "accept":
            return _accept(tx, stored, customer, form)
    raise IllegalAction("The page does not know this button")


def _accept(tx: Tx, stored: StoredAgreement, customer: Customer, form: dict[str, str]) -> str | Note:
    by = Acceptance(customer, form.get("card") or None, landing.chosen_maximum(form))
    outcome = acceptance.accept(tx, stored, by)
    if isinstance(outcome, FailureReason):
        return Note(text("{why}.", why=text(words.WHY[outcome])), typed=form)
    return links.phone_page(customer.phone, _TOLD[outcome])


WAITING: Final = Waiting(
    "agreement",
    _PACKAGE,
    "_phone_agreement.html",
    phones.waiting_by_phone,
    _waiting,
    _answer,
    told={
        "agreed": "Accepted: the agreement is active.",
        "agreement-processing": "Accepted, but the bank has not answered yet.",
        "too-young": landing.TOO_YOUNG,
    },
    labels=landing.LABELS,
    fields=landing.FIELDS,
)


def _running(tx: Tx, customer: Customer) -> list[dict[str, Any]]:
    return [_subscription(tx, stored, customer) for stored in phones.running(tx, customer.phone)]


def _subscription(tx: Tx, stored: StoredAgreement, customer: Customer) -> dict[str, Any]:
    more = {
        "cards": landing.cards(customer, stored.agreement.card),
        "upcoming": [_upcoming(each.charge) for each in phones.upcoming(tx, stored)],
        "can_stop": phones.can_stop(tx, stored),
    }
    return landing.values(landing.seen(tx, stored)) | more


def _upcoming(charge: Charge) -> tuple[str, str, str, str]:
    why = "" if charge.failure is None else text("{why}.", why=text(words.WHY[charge.failure]))
    return words.day(charge.due), charge.description, words.money(charge.amount, charge.currency), why


def _change(tx: Tx, customer: Customer, form: dict[str, str]) -> str | Note:
    stored = agreements.by_token(tx, form["subscription"])
    if stored.agreement.customer != customer.phone:
        raise IllegalAction("The agreement is not one of this customer")
    match form.get("action"):
        case "stop":
            return _stop(tx, stored, customer, form)
        case "maximum":
            maximum = landing.chosen_maximum(form)
            if maximum is None:
                raise Malformed([Violation("maximum", "Pick one of the maximums")])
            agreements.change_maximum(tx, stored, maximum)
            return links.phone_page(customer.phone, "maximum-changed")
        case "card":
            agreements.change_card(tx, stored, form.get("card") or None)
            return links.phone_page(customer.phone, "card-changed")
    raise IllegalAction("The page does not know this button")


def _stop(tx: Tx, stored: StoredAgreement, customer: Customer, form: dict[str, str]) -> str | Note:
    if form.get("confirmed") != "yes":
        told = text("Nothing starts it again once it is stopped, and what is due is not charged.")
        return Note(told=told, typed={"subscription": form["subscription"]}, step="confirm")
    agreements.stop(tx, stored, Actor.USER)
    return links.phone_page(customer.phone, "stopped")


HAVING: Final = Having(
    "subscription",
    "Your agreements",
    _PACKAGE,
    "_phone_subscription.html",
    _running,
    _change,
    told={
        "stopped": "Stopped: nothing more is charged.",
        "maximum-changed": "Your maximum is changed.",
        "card-changed": "Your card is changed.",
    },
    labels=landing.LABELS,
    fields=landing.FIELDS,
)
