"""What the landing page of agreements shows and understands: from a draft and a form to a page or an answer."""

from typing import Any, Final

from mockserver.apis.recurring.domain import links
from mockserver.apis.recurring.domain.agreement import Agreement, Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import Charge, FailureReason, State
from mockserver.apis.recurring.domain.pricing import PricingType, alternatives
from mockserver.apis.recurring.pages import words
from mockserver.apis.recurring.services import agreements
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.money import Market
from mockserver.core.values import frozen
from mockserver.phone import picking, refusals
from mockserver.phone.picking import Picking
from mockserver.web.notes import Note
from mockserver.web.texts import text
from mockserver.world.domain.customer import Customer
from mockserver.world.services import world
from mockserver.world.services.directory import directory

LABELS: Final = refusals.LABELS | {"maximum": "Maximum", "card": "Card"}
"""The fields of the customer's pages by name."""
FIELDS: Final = {"maxAmount": "maximum", "phoneNumber": "phone"}
"""Fields of the pages that rules know under other names."""
TOO_LATE: Final = "Nothing was done: the agreement does not wait for an answer any more. This page shows how it stands."
TOO_YOUNG: Final = "Agreements are for customers of 18 years and more. The merchant only learns that it has expired."
DECLINED: Final = "Pick another card, try another customer, or reject."


@frozen
class Visit:
    """An agreement as its pages need it; ``initial`` is its initial charge, ``at`` the time that is shown."""

    stored: StoredAgreement
    market: Market
    merchant: str
    unit: str
    phone_locked: bool
    at: int
    initial: Charge | None = None

    @property
    def agreement(self) -> Agreement:
        """The agreement itself."""
        return self.stored.agreement

    @property
    def address(self) -> str:
        """The page's own, without the origin."""
        return links.landing_page("", agreements.token_of(self.stored))

    @property
    def waits(self) -> bool:
        """Whether its customer can answer."""
        known = self.initial is None or self.initial.state is not State.PROCESSING
        return self.agreement.can_wait and known


def visit(tx: Tx, token: str) -> Visit:
    """The agreement behind a landing page's token; raises NotFound."""
    return seen(tx, agreements.by_token(tx, token))


def seen(tx: Tx, stored: StoredAgreement) -> Visit:
    """An agreement, ready to be shown."""
    unit = world.sales_unit(tx, stored.agreement.msn)
    merchant = directory(tx).merchant_of(tx.connection, unit)
    locked = unit.configuration.landing_page_phone_number_locked
    initial = agreements.initial_of(tx, stored)
    charge = None if initial is None else initial.charge
    return Visit(stored, merchant.market, merchant.name, unit.name, locked, tx.at, charge)


def whom(tx: Tx, visit: Visit) -> Picking:
    """Whom the page offers: whoever the merchant has named first, if that is a customer."""
    asked = visit.agreement.asked
    named = None if asked is None else world.customer_here(tx, asked)
    locked = visit.phone_locked and named is not None
    return Picking(visit.agreement.msn, visit.market, named, locked, visit.agreement.scopes)


def values(visit: Visit) -> dict[str, Any]:
    """What every page about an agreement shows."""
    agreement = visit.agreement
    waiting = visit.initial is not None and visit.initial.state is State.PENDING
    return {
        "labels": LABELS,
        "token": agreements.token_of(visit.stored),
        "agreement": agreement,
        "merchant": visit.merchant,
        "unit": visit.unit,
        "price": words.price(agreement.pricing),
        "often": words.often(agreement),
        "campaign": words.campaign(agreement, visit.at),
        "initial": words.initial(visit.initial) if visit.initial is not None and waiting else None,
        "failed": failed(visit),
        "maximums": maximums(agreement),
    }


def failed(visit: Visit) -> str | None:
    """Why the initial charge did not go through the last time, while the draft waits."""
    reason = visit.initial.failure if visit.initial is not None and visit.waits else None
    return None if reason is None else text("{why}.", why=text(words.WHY[reason]))


def maximums(agreement: Agreement) -> list[tuple[int, str, bool]]:
    """The maximums that its customer may choose, each in minor units, in words, and whether it is the chosen one."""
    pricing = agreement.pricing
    if pricing.type is not PricingType.VARIABLE:
        return []
    chosen = pricing.suggested_max if pricing.max_amount is None else pricing.max_amount
    offered = sorted({*alternatives(pricing), chosen or 0})
    return [(each, words.money(each, pricing.currency), each == chosen) for each in offered]


def offer(tx: Tx, visit: Visit, note: Note) -> dict[str, Any]:
    """Whom the page of a draft that waits offers, and what each would share."""
    return picking.choice(tx, whom(tx, visit), note)


def chosen_maximum(form: dict[str, str]) -> int | None:
    """The maximum that a form names, in minor units; raises Malformed for what is no number."""
    typed = form.get("maximum", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 12):
        raise Malformed([Violation("maximum", "Pick one of the maximums")])
    return int(typed)


def declined(reason: FailureReason) -> str:
    """What the page says when a customer could not be charged."""
    return f"{text('{why}.', why=text(words.WHY[reason]))} {text(DECLINED)}"


def cards(customer: Customer, chosen: str | None) -> list[tuple[str, str, bool]]:
    """A customer's cards: number, words, and whether it is the chosen one."""
    found = []
    for card in customer.cards:
        said = (
            str(card) + (text(", expired") if card.expired else "") + (text(", commercial") if card.commercial else "")
        )
        found.append((card.number, said, card.number == chosen))
    return found


def ended(visit: Visit) -> str:
    """How the agreement stands, for a customer who has nothing to answer."""
    agreement = visit.agreement
    if agreement.status is Status.PENDING:
        return text("Accepted, but the bank has not answered yet.")
    if agreement.status is Status.ACTIVE:
        return text("Accepted: the agreement is active.")
    if agreement.status is Status.EXPIRED:
        return text("Expired: nothing was agreed.")
    return (
        text("Rejected: nothing was agreed.") if agreement.start is None else text("Stopped: nothing more is charged.")
    )
