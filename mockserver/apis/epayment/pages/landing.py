"""What the landing page shows and understands: from a payment and a form to a page or a decision."""

from contextlib import suppress
from typing import Any

from mockserver.apis.epayment.domain import links
from mockserver.apis.epayment.domain.approval import Delivery
from mockserver.apis.epayment.domain.payment import Payment, State, StoredPayment
from mockserver.apis.epayment.domain.shipping import ShippingOption, default_option, in_order, options_in_order
from mockserver.apis.epayment.domain.terms import PaymentMethod, Terms
from mockserver.apis.epayment.services import payments, shipping
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError, Malformed, Violation
from mockserver.core.instants import timestamp
from mockserver.core.money import Amount, Currency, Market
from mockserver.core.policy import Lenience, Policy
from mockserver.core.values import frozen
from mockserver.phone import refusals
from mockserver.phone.picking import Picking, choice, chosen
from mockserver.web.notes import Note
from mockserver.web.pages import moment
from mockserver.web.texts import text
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import Customer
from mockserver.world.services import customers, world
from mockserver.world.services.directory import directory

LABELS = refusals.LABELS | {"address": "Address", "option": "Shipping", "terms": "Terms of sale"}
"""The fields of the customer's pages by name."""
TOO_LATE = "Nothing was done: the payment does not wait for an answer any more. This page shows how it stands."
FIELDS = {"shippingOptionId": "option"}
"""Fields of the pages that rules know under other names."""


@frozen
class Tried:
    """An attempt to approve that failed: whose, why, and when, in milliseconds since 1970 (UTC)."""

    customer: Customer | None
    reason: DeclineReason
    at: int


@frozen
class Visit:
    """A payment as the page needs it; ``tried`` is the last attempt, as long as none went well."""

    stored: StoredPayment
    terms: Terms
    market: Market
    merchant_name: str
    unit_name: str
    phone_locked: bool
    tried: Tried | None = None

    @property
    def address(self) -> str:
        """The page's own, without the origin."""
        return links.landing_page("", payments.token_of(self.stored))


def visit(tx: Tx, token: str) -> Visit:
    """The payment behind a landing page's token; raises NotFound."""
    stored = payments.by_token(tx, token)
    unit = world.sales_unit(tx, stored.payment.msn)
    merchant = directory(tx).merchant_of(tx.connection, unit)
    locked = unit.configuration.landing_page_phone_number_locked
    terms = payments.terms_of(tx, stored)
    return Visit(stored, terms, merchant.market, merchant.name, unit.name, locked, _last_try(tx, stored))


def _last_try(tx: Tx, stored: StoredPayment) -> Tried | None:
    failed = payments.declines_of(tx, stored) if stored.payment.state is not State.AUTHORIZED else []
    decline = failed[-1].event.decline if failed else None
    if decline is None:
        return None
    return Tried(world.customer(tx, decline.phone) if decline.phone else None, decline.reason, failed[-1].at)


def named_customer(tx: Tx, visit: Visit) -> Customer | None:
    """The customer that the merchant named, if it is somebody."""
    if visit.terms.customer is None:
        return None
    try:
        return customers.resolve(tx, visit.terms.customer, visit.market, Lenience(Policy()))
    except DomainError:
        return None


def picking(tx: Tx, visit: Visit) -> Picking:
    """Whom the page offers."""
    locked = visit.phone_locked and visit.terms.customer is not None
    return Picking(visit.stored.payment.msn, visit.market, named_customer(tx, visit), locked, visit.terms.scopes)


def step(tx: Tx, visit: Visit, note: Note) -> tuple[str, dict[str, Any]]:
    """The template that a payment which waits is shown with, and what only that shows."""
    match note.step:
        case "confirm":
            return "confirm.html", {}
        case "shipping":
            with suppress(DomainError, Malformed):  # the customer may be gone meanwhile
                return "shipping.html", _shipping(tx, visit, note)
    last = visit.tried.customer if visit.tried is not None else None
    return "landing.html", choice(tx, picking(tx, visit), note, last)


def chosen_customer(
    tx: Tx, visit: Visit, form: dict[str, str], lenience: Lenience | None = None, *, keep: bool = True
) -> Customer:
    """The customer that the form names, by a typed number before a picked one; raises Malformed or DomainError.

    Without ``keep`` nobody new is stored. ``lenience`` learns of one who was made up.
    """
    return chosen(tx, picking(tx, visit), form, lenience, keep=keep)


def check_accepted(terms: Terms, form: dict[str, str]) -> None:
    """Raise Malformed where the merchant's terms have to be accepted first, and the form does not."""
    if terms.must_be_accepted and form.get("terms") != "yes":
        raise Malformed([Violation("terms", "Accept the terms of sale before you pay")])


def chosen_delivery(tx: Tx, visit: Visit, customer: Customer, form: dict[str, str]) -> Delivery | None:
    """Address and shipping option of an Express payment; raises Malformed."""
    express = visit.terms.express
    if express is None:
        return None
    address = shipping.destination(express, visit.market, customer, address_index(form))
    return shipping.choose(shipping.offered(tx, visit.stored, express), form.get("option"), address)


def address_index(form: dict[str, str]) -> int | None:
    """Which of the customer's addresses the form names, -1 for what is no number; None when it names none."""
    named = form.get("address")
    if named is None:
        return None
    return int(named) if named.isascii() and named.isdigit() and len(named) < 4 else -1


def money(amount: Amount) -> str:
    """An amount for people."""
    return f"{amount.value // 100:,}".replace(",", " ") + f".{amount.value % 100:02d} {amount.currency}"


def waits(visit: Visit) -> bool:
    """Whether the payment waits for its customer."""
    payment = visit.stored.payment
    return payment.state is State.CREATED and payment.processing_until is None


def values(visit: Visit) -> dict[str, Any]:
    """What every page about a payment shows."""
    terms, payment = visit.terms, visit.stored.payment
    return {
        "labels": LABELS,
        "token": payments.token_of(visit.stored),
        "payment": payment,
        "terms": terms,
        "merchant": visit.merchant_name,
        "unit": visit.unit_name,
        "amount": money(payment.total),
        "reserved": _reserved(payment),
        "tried": _tried(visit),
        "lines": [
            (line.name, line.quantity, money(Amount(terms.amount.currency, line.total)))
            for line in (terms.receipt.lines if terms.receipt else ())
        ],
        "legal": terms.legal_links,
        "return_url": return_url(terms),
        "waiting": waits(visit),
        "card": terms.method is PaymentMethod.CARD,
    }


def _reserved(payment: Payment) -> str:
    """What became of the money."""

    def said(value: int) -> str:
        return money(Amount(Currency(payment.currency), value))

    moved = {"captured": payment.captured, "refunded": payment.refunded, "cancelled": payment.cancelled}
    if not any(moved.values()):
        return text("Approved: {amount} is reserved.", amount=said(payment.authorized))
    moved["still reserved"] = payment.uncaptured
    parts = ", ".join(f"{said(value)} {text(word)}" for word, value in moved.items() if value)
    return text("Approved: {amount}. Of that {parts}.", amount=said(payment.authorized), parts=parts)


def _tried(visit: Visit) -> dict[str, str] | None:
    tried = visit.tried
    if tried is None:
        return None
    name = f"{tried.customer.name}, " if tried.customer is not None else ""
    return {"who": name, "why": text(tried.reason.sentence), "at": timestamp(tried.at), "moment": moment(tried.at)}


def return_url(terms: Terms) -> str | None:
    """Where the browser goes back to; what came without a scheme is taken as https."""
    url = terms.return_url
    if url is None:
        return None
    head = url.split("/")[0].split("?")[0]
    return url if ":" in head and not head.rpartition(":")[2].isdigit() else f"https://{url}"


def _shipping(tx: Tx, visit: Visit, note: Note) -> dict[str, Any]:
    """What the shipping step shows: groups in order, each with its options, what they cost, and the total with them."""
    form = dict(note.typed)
    customer = chosen_customer(tx, visit, form, keep=False)
    express, price = visit.terms.express, visit.stored.payment.total
    nowhere = "address" in note.wrong and form.get("action") == "continue"
    groups = shipping.offered(tx, visit.stored, express) if express and not nowhere else ()
    default = default_option(groups)
    addresses = express.reachable(visit.market, customer.addresses) if express else {}
    index = address_index(form)
    return {
        "customer": customer,
        "addresses": addresses,
        "address": next(iter(addresses), None) if index is None else index,
        "consent": form.get("consent", ""),
        "groups": [
            (group, [(option, money(option.amount), _total(price, option)) for option in options_in_order(group)])
            for group in in_order(groups)
        ],
        "totals": {_total(price, option) for group in groups for option in group.options},
        "default_option": form.get("option") or (default.id if default else None),
    }


def _total(price: Amount, option: ShippingOption) -> str:
    return money(Amount(price.currency, price.value + option.amount.value))
