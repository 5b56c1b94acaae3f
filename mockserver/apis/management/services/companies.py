"""Companies that nobody knew before: written down as merchants without an agreement."""

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.instants import timestamp
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.world.domain.agreement import Agreement, AgreementState
from mockserver.world.domain.business import (
    BusinessIdentifier,
    identifier_of,
    identifier_violations,
    is_registrable,
)
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.user import email_flaw
from mockserver.world.services import world
from mockserver.world.store import world as store

LONGEST_NAME = 50
"""Characters of a company's name."""


def of_business(tx: Tx, business: BusinessIdentifier) -> Merchant:
    """The merchant that is meant, made when nobody knows it yet."""
    known = store.merchant_of_business(tx.connection, business)
    return known or _made(tx, business, f"Company {business.id}"[:LONGEST_NAME], None)


def register(tx: Tx, market: Market, number: str, name: str, email: str | None, lenience: Lenience) -> Merchant:
    """A new company; raises Malformed with what is wrong, by ``organisation_number``, ``name`` and ``email``."""
    business = identifier_of(market, "".join(number.split()))
    violations = [*_number_violations(tx, business, lenience)]
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        violations.append(Violation("name", f"Must have 1 to {LONGEST_NAME} characters, all of them printable"))
    if email is not None and (flaw := email_flaw(email)):
        violations.append(Violation("email", flaw.capitalize()))
    if violations:
        raise Malformed(violations)
    return _made(tx, business, name, email)


def _number_violations(tx: Tx, business: BusinessIdentifier, lenience: Lenience) -> list[Violation]:
    field = "organisation_number"
    if found := identifier_violations(business, ""):
        return [Violation(field, each.reason) for each in found]
    if store.merchant_of_business(tx.connection, business) is not None:
        return [Violation(field, "This company is here already: use the portal as one of its people")]
    reason = f"No number of {business.scheme}"
    if not is_registrable(business) and not lenience.allow(Kindness.CHECK_DIGITS, f"{field}: {reason}"):
        return [Violation(field, reason)]
    return []


def _made(tx: Tx, business: BusinessIdentifier, name: str, email: str | None) -> Merchant:
    market = business.market
    if market is None:
        raise LookupError(f"no market for {business.scheme}")
    id_ = f"merchant-{market.lower()}-{business.digits}"
    made = Merchant(
        id=tx.ids.guid() if store.merchant(tx.connection, id_) else id_,
        name=name,
        organisation_number=business.id,
        market=market,
        agreement=Agreement(AgreementState.NONE),
        created_at=timestamp(tx.at),
        email=email,
    )
    world.save_merchant(tx, made)
    return made
