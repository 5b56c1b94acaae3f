"""Who may use the portal for whom: looked up, let in, and shown out."""

from dataclasses import replace

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.user import MOST_USERS, User, administrator, user_flaw
from mockserver.world.services import partners, world
from mockserver.world.store import users as store
from mockserver.world.store import world as world_store

NOBODY = "There is no such user"


def of_merchant(tx: Tx, merchant: Merchant) -> list[User]:
    """Who may use the portal for a merchant: its administrator first, then its own people, then partners' employees."""
    return [administrator(merchant), *store.of_merchant(tx.connection, merchant.id)]


def of_email(tx: Tx, merchant: Merchant, email: str) -> User:
    """The one of them with this address; raises NotFound."""
    found = next((each for each in of_merchant(tx, merchant) if each.email.lower() == email.lower()), None)
    if found is None:
        raise NotFound(NOBODY)
    return found


def employees(tx: Tx, partner: Partner) -> list[User]:
    """A partner's people, by email: those that it has told of, and others whom a merchant has let in."""
    known: dict[str, User] = {}
    for each in store.of_partner(tx.connection, partner.id):
        known.setdefault(each.email, _by_itself(each))
    return list(known.values())


def employees_with(tx: Tx, part: str, limit: int) -> list[User]:
    """Employees of all partners, so many at most, whose name or email, or partner's name, has this in it."""
    return [_by_itself(each) for each in store.employees_with(tx.connection, part, limit)]


def _by_itself(user: User) -> User:
    return replace(user, merchant_id=None, rights=(), units=None)


def employee(tx: Tx, partner: Partner, email: str) -> User:
    """The one of them with this address; raises NotFound."""
    found = next(store.of_employee(tx.connection, partner.id, email.lower(), limit=1), None)
    if found is None:
        raise NotFound(NOBODY)
    return _by_itself(found)


def let_in_by(tx: Tx, partner_id: str, email: str, limit: int) -> list[User]:
    """What each merchant allows a partner's employee, by merchant: so many of them at most."""
    found = store.of_employee(tx.connection, partner_id, email, limit + 1)
    return [each for each in found if each.merchant_id is not None][:limit]


def let_in_at(tx: Tx, partner_id: str, email: str, merchant_id: str) -> User | None:
    """What one merchant allows a partner's employee; None for one that has not let the employee in."""
    return next(store.of_employee(tx.connection, partner_id, email, merchant_id=merchant_id), None)


def save(tx: Tx, user: User) -> User:
    """Add a user, or change what the one with this address may do; raises Malformed and NotFound."""
    merchant = world.merchant(tx, user.merchant_id) if user.merchant_id is not None else None
    if user.partner_id is not None:
        partners.find(tx, user.partner_id)
    units = world_store.sales_units_of_merchant(tx.connection, merchant.id) if merchant else ()
    flaw = user_flaw(user, merchant, [each.msn for each in units]) or _clash(tx, user)
    if flaw is not None:
        field, _, reason = flaw.partition(": ")
        raise Malformed([Violation(field, reason[:1].upper() + reason[1:])])
    store.save(tx.connection, user)
    return user


def _clash(tx: Tx, user: User) -> str | None:
    """Whether the address stands for somebody else already, or there are too many people."""
    if user.merchant_id is not None:
        there = [*store.of_merchant(tx.connection, user.merchant_id)]
    else:
        there = [each for each in store.of_partner(tx.connection, user.partner_id or "") if each.merchant_id is None]
    same = next((each for each in there if each.email == user.email), None)
    if same is not None and same.partner_id != user.partner_id:
        return "email: belongs to somebody else who may use the portal for this merchant"
    if same is None and len(there) >= MOST_USERS:
        return f"email: {MOST_USERS} people are the most"
    return None


def remove(tx: Tx, user: User) -> None:
    """Show a user out; a partner's employee who is one no more has no access to any merchant either.

    Raises Malformed for a merchant's administrator, whom every merchant has.
    """
    if user.merchant_id is not None:
        if user.email == world.merchant(tx, user.merchant_id).address:
            raise Malformed([Violation("email", "The administrator stays: every merchant has one")])
        store.remove(tx.connection, user)
        return
    for each in [*store.of_employee(tx.connection, user.partner_id or "", user.email)]:
        store.remove(tx.connection, each)
