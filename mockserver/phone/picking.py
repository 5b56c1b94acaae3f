"""Who acts on a landing page: the customer that the merchant named, a test customer, or whoever has a typed number."""

from typing import Any, Final

from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.core.policy import Lenience
from mockserver.core.values import frozen
from mockserver.phone import numbers
from mockserver.web.notes import Note
from mockserver.web.texts import text
from mockserver.world.domain.customer import Customer
from mockserver.world.services import profiles, world

PACKAGE: Final = "mockserver.phone"
"""Has the templates that pages with such a choice include: who it is, which card, what is shared."""
SCOPE_NAMES: Final = {
    "name": "your name",
    "address": "your addresses",
    "email": "your email address",
    "phoneNumber": "your phone number",
    "birthDate": "your date of birth",
    "nin": "your national identity number",
}
MOST_CUSTOMERS: Final = 50


@frozen
class Picking:
    """Whom a page of this unit and ``market`` offers. ``named``: by the merchant, and alone when ``locked``.

    ``scopes`` are what the merchant asks the customer to share.
    """

    msn: str
    market: Market
    named: Customer | None = None
    locked: bool = False
    scopes: tuple[str, ...] = ()


def offered(tx: Tx, picking: Picking) -> list[Customer]:
    """Whom the visitor may play: the named customer alone when that is locked, else it and the test customers."""
    named = picking.named
    if named is not None and picking.locked:
        return [named]
    found = world.customers(tx, picking.market, MOST_CUSTOMERS)
    if named is not None:
        found = [named, *(customer for customer in found if customer.phone != named.phone)]
    return found


def choice(tx: Tx, picking: Picking, note: Note, last: Customer | None = None) -> dict[str, Any]:
    """What the page offers, and who is picked already: in the form that was sent, else ``last``, who tried before.

    A number that was typed stays in its field where it is wrong; else its customer is picked.
    """
    customers, phone = offered(tx, picking), note.typed.get("phone", "").strip()
    picked = note.typed.get("customer", last.phone if last is not None else "")
    if phone and "phone" not in note.wrong:
        picked, phone = numbers.plain(phone), ""
    can_type = not picking.locked
    if can_type and picked not in {each.phone for each in customers}:
        known = world.customer(tx, picked)
        customers += [known] if known is not None else []
    asked = {each.phone: profiles.asked(tx, picking.msn, each, picking.scopes) for each in customers}
    return {
        "customers": customers,
        "picked": picked,
        "phone": phone,
        "can_type": can_type,
        "example": numbers.EXAMPLES[picking.market],
        "asked": scope_names(picking.scopes if can_type else next(iter(asked.values()), ())),
        "agreed": {each for each in asked if not asked[each]},
    }


def scope_names(scopes: tuple[str, ...]) -> list[str]:
    """Scopes for people."""
    return [text(SCOPE_NAMES[scope]) for scope in scopes]


def chosen(
    tx: Tx, picking: Picking, form: dict[str, str], lenience: Lenience | None = None, *, keep: bool = True
) -> Customer:
    """The customer that the form names, by a typed number before a picked one; raises Malformed or DomainError.

    Without ``keep`` nobody new is stored. ``lenience`` learns of one who was made up.
    """
    if picking.named is not None and picking.locked:
        return picking.named
    lenience = lenience or Lenience(tx.policy)
    return world.customer_for(tx, numbers.named(form, picking.market), picking.market, lenience, keep=keep)
