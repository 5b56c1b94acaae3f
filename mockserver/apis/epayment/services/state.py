"""Payments in state files."""

from typing import Any, Final

from pydantic_core import from_json

from mockserver.apis.epayment.domain.chosen import Chosen
from mockserver.apis.epayment.domain.payment import EventName, Payment
from mockserver.apis.epayment.domain.payment import flaw as payment_flaw
from mockserver.apis.epayment.domain.shipping import ShippingGroup
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.epayment.services.conducts import PAYMENT
from mockserver.apis.epayment.services.personas import SHIPPING
from mockserver.apis.epayment.store import payments
from mockserver.core.countries import COUNTRIES
from mockserver.core.errors import DomainError
from mockserver.core.stored import (
    Column,
    Flaws,
    Kind,
    Part,
    Place,
    flag,
    json,
    missing,
    optional,
    plain,
    repeated,
    taken,
    value,
)
from mockserver.core.urls import flaw, kept_flaw
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import LONGEST_DELAY, Conduct, DeclineReason
from mockserver.world.domain.customer import KEPT_MSISDN
from mockserver.world.stored import People

_QR_SIZES = range(100, 2001)


@frozen
class EventEntry:
    """Something that happened to a payment after it was created; ``reason`` and ``phone`` are of failed attempts."""

    number: int
    name: EventName
    amount: int
    at: int
    psp_reference: str
    success: bool
    idempotency_key: str | None = None
    reason: DeclineReason | None = None
    phone: str | None = None


@frozen
class PaymentEntry:
    """A payment: where it stands, what was asked for under which key, shipping that was offered, what happened.

    ``metadata`` stands beside the terms that it came with.
    """

    id: int
    payment: Payment
    terms: Terms
    metadata: dict[str, str] | None = None
    idempotency_key: str | None = None
    offers: tuple[ShippingGroup, ...] | None = None
    events: tuple[EventEntry, ...] = ()


def _tell_payment(body: str) -> dict[str, Any]:
    told = zip(Payment._fields, from_json(body), strict=True)
    return {name: value for name, value in told if value is not None}


def _flaws(state: Any, known: People) -> Flaws:
    for index, each in enumerate(state.payments):
        yield from _payment(("payments", index), each, known)
    names = [(each.payment.msn, each.payment.reference) for each in state.payments]
    yield from repeated("payments", names, "reference")
    numbers = {each.id for each in state.payments}
    for index, conduct in enumerate(state.conducts):
        if isinstance(conduct.chosen, Chosen):
            yield from _chosen(("conducts", index), conduct, numbers)


def _chosen(place: Place, entry: Any, payments: set[int]) -> Flaws:
    yield from missing((*place, "key"), "payment", entry.key, payments)
    conduct = entry.chosen.conduct or Conduct()
    if not 0 <= conduct.delay <= LONGEST_DELAY or not 0 <= conduct.pending <= LONGEST_DELAY:
        yield (*place, "chosen", "conduct"), f"must have a delay and pending of 0 to {LONGEST_DELAY} seconds"


def _payment(place: Place, entry: PaymentEntry, known: People) -> Flaws:
    payment, terms = entry.payment, entry.terms
    yield from missing((*place, "payment", "msn"), "sales unit", payment.msn, known.units)
    if found := payment_flaw(payment):
        yield (*place, "payment"), found
    for name in ("reference", "method", "user_flow"):
        if getattr(payment, name) != getattr(terms, name):
            yield (*place, "payment", name), f"differs from the {name} of the terms"
    if payment.amount != terms.amount.value or payment.currency != terms.amount.currency:
        yield (*place, "payment", "amount"), "differs from the amount of the terms"
    if payment.approval is not None:
        yield from missing((*place, "payment", "approval", "phone"), "customer", payment.approval.phone, known.phones)
    yield from _terms((*place, "terms"), terms)
    for index, event in enumerate(entry.events):
        if event.number != index:
            yield (*place, "events", index, "number"), f"must be {index}"


def _terms(place: Place, terms: Terms) -> Flaws:
    if terms.metadata is not None:
        yield (*place, "metadata"), "stands beside the terms"
    if terms.qr_size not in _QR_SIZES:
        yield (*place, "qr_size"), "must be 100 to 2000"
    if terms.express is not None and (terms.express.groups is None) is (terms.express.dynamic is None):
        yield (*place, "express"), "must have exactly one of groups and dynamic"
    if terms.express is not None and not COUNTRIES.issuperset(terms.express.allowed_countries):
        yield (*place, "express", "allowed_countries"), "must be ISO 3166-1 alpha-2 codes"
    for name in ("return_url", "receipt_url"):
        url = getattr(terms, name)
        if url is not None and (wrong := kept_flaw(url)):
            yield (*place, name), wrong
    for name in ("terms_of_sale", "privacy_policy"):
        link = getattr(terms.legal_links, name, None)
        if link is not None and (wrong := flaw(link, local=True)):
            yield (*place, "legal_links", name), wrong
    dynamic = None if terms.express is None else terms.express.dynamic
    if dynamic is not None and (wrong := kept_flaw(dynamic.callback_url, called=True)):
        yield (*place, "express", "dynamic", "callback_url"), wrong
    try:
        _ = terms.customer.phone if terms.customer is not None else None
    except DomainError as error:
        if terms.customer is not None and not KEPT_MSISDN.fullmatch(terms.customer.value):
            yield (*place, "customer", "value"), error.detail


PART: Final = Part(
    kinds=(
        Kind(
            "payments",
            "payments",
            "id",
            (
                *plain("id", "idempotency_key"),
                Column("payment", "body", _tell_payment, payments.body_of),
                Column("terms", "terms", from_json, payments.terms_text),
                optional(json("metadata", "metadata")),
                optional(value("offers", tuple[ShippingGroup, ...], "offers")),
            ),
            taken("payment", "msn", "reference", "state") | {"lookup": lambda entry: payments.checksum(entry.payment)},
            entry=PaymentEntry,
        ),
        Kind(
            "events",
            "payment_events",
            "payment_id, number",
            (
                *plain("number", "name", "amount", "at", "psp_reference", "idempotency_key", "reason", "phone"),
                flag("success"),
            ),
            inside=("payments", "payment_id"),
        ),
    ),
    flaws=_flaws,
    chosen={PAYMENT: Chosen, SHIPPING: Chosen},
)
