"""What the landing page shows and understands: from a payment and a form to a page or a decision."""

from typing import Any

from mockserver.domain.approval import Delivery
from mockserver.domain.customer import Customer, check_phone
from mockserver.domain.errors import DomainError, IllegalAction, Malformed, Violation
from mockserver.domain.money import Amount, Currency, Market
from mockserver.domain.payment import State, StoredPayment
from mockserver.domain.policy import Lenience, Policy
from mockserver.domain.shipping import ShippingGroup, default_option, in_order, options_in_order
from mockserver.domain.terms import PaymentMethod, Terms
from mockserver.services import customers, payments, shipping, world
from mockserver.services.engine import Tx
from mockserver.values import frozen

SCOPE_NAMES = {
    "name": "your name",
    "address": "your addresses",
    "email": "your email address",
    "phoneNumber": "your phone number",
    "birthDate": "your date of birth",
    "nin": "your national identity number",
}
MOST_CUSTOMERS = 50


@frozen
class Visit:
    """A payment as the page needs it."""

    stored: StoredPayment
    terms: Terms
    market: Market
    merchant_name: str
    unit_name: str
    phone_locked: bool


def visit(tx: Tx, token: str) -> Visit:
    """The payment behind a landing page's token; raises NotFound."""
    stored = payments.by_token(tx, token)
    unit = world.sales_unit(tx, stored.payment.msn)
    merchant = tx.directory.merchant_of(tx.connection, unit)
    locked = unit.configuration.landing_page_phone_number_locked
    return Visit(stored, payments.terms_of(tx, stored), merchant.market, merchant.name, unit.name, locked)


def named_customer(tx: Tx, visit: Visit) -> Customer | None:
    """The customer that the merchant named, if it is somebody."""
    if visit.terms.customer is None:
        return None
    try:
        return customers.resolve(tx, visit.terms.customer, visit.market, Lenience(Policy()))
    except DomainError:
        return None


def choice_of_customers(tx: Tx, visit: Visit) -> list[Customer]:
    """Whom the visitor may play: the named customer alone when that is locked, else it and the test customers."""
    named = named_customer(tx, visit)
    if named is not None and visit.phone_locked:
        return [named]
    offered = world.customers(tx, visit.market, MOST_CUSTOMERS)
    if named is not None:
        offered = [named, *(customer for customer in offered if customer.phone != named.phone)]
    return offered


def chosen_customer(tx: Tx, visit: Visit, form: dict[str, str], *, keep: bool = True) -> Customer:
    """The customer that the form names, by a typed number before a picked one; raises Malformed or DomainError.

    Without ``keep`` nobody new is stored.
    """
    phone = form.get("phone", "").replace(" ", "").removeprefix("+") or form.get("customer", "")
    named = named_customer(tx, visit)
    if named is not None and visit.phone_locked:
        return named
    if not phone:
        raise Malformed([Violation("customer", "Pick a customer or type a phone number")])
    check_phone(phone, "phone")
    return world.customer_for(tx, phone, visit.market, Lenience(Policy()), keep=keep)


def chosen_delivery(tx: Tx, visit: Visit, customer: Customer, form: dict[str, str]) -> Delivery | None:
    """Address and shipping option of an Express payment; raises Malformed."""
    if visit.terms.express is None:
        return None
    index = address_index(customer, form)
    address = customer.addresses[index] if index is not None else None
    return shipping.choose(shipping.offered(tx, visit.stored, visit.terms.express), form.get("option"), address)


def address_index(customer: Customer, form: dict[str, str]) -> int | None:
    """Which of the customer's addresses the form names; the first by default, None when there is none."""
    text = form.get("address", "0")
    index = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    return index if 0 <= index < len(customer.addresses) else None


def sorry(error: DomainError | Malformed | IllegalAction) -> str:
    """A refusal in words for the visitor."""
    if isinstance(error, Malformed):
        return ". ".join(violation.reason for violation in error.violations)
    return error.detail if isinstance(error, DomainError) else str(error)


def money(amount: Amount) -> str:
    """An amount for people."""
    return f"{amount.value // 100:,}".replace(",", " ") + f".{amount.value % 100:02d} {amount.currency}"


def values(visit: Visit) -> dict[str, Any]:
    """What every page about a payment shows."""
    terms, payment = visit.terms, visit.stored.payment
    return {
        "token": payments.token_of(visit.stored),
        "payment": payment,
        "terms": terms,
        "merchant": visit.merchant_name,
        "unit": visit.unit_name,
        "amount": money(payment.total),
        "total": money(Amount(Currency(payment.currency), payment.authorized)),
        "lines": [
            (line.name, line.quantity, money(Amount(terms.amount.currency, line.total)))
            for line in (terms.receipt.lines if terms.receipt else ())
        ],
        "scopes": [SCOPE_NAMES[scope] for scope in terms.scopes],
        "return_url": return_url(terms),
        "waiting": payment.state is State.CREATED and payment.processing_until is None,
        "card": terms.method is PaymentMethod.CARD,
    }


def return_url(terms: Terms) -> str | None:
    """Where the browser goes back to; what came without a scheme is taken as https."""
    url = terms.return_url
    if url is None:
        return None
    head = url.split("/")[0].split("?")[0]
    return url if ":" in head and not head.rpartition(":")[2].isdigit() else f"https://{url}"


def shipping_values(groups: tuple[ShippingGroup, ...]) -> dict[str, Any]:
    """What the shipping step shows: groups in order, each with its options and what they cost."""
    default = default_option(groups)
    return {
        "groups": [
            (group, [(option, money(option.amount)) for option in options_in_order(group)])
            for group in in_order(groups)
        ],
        "default_option": default.id if default else None,
    }
