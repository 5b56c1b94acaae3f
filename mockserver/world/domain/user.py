"""Who may use the portal for a merchant: its own people, and single employees of partners whom it lets in."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from mockserver.core.exact import EXACT
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import Merchant

LONGEST_NAME: Final = 50
"""Characters of a person's name."""
LONGEST_EMAIL: Final = 254
MOST_USERS: Final = 100
"""People who may use the portal for one merchant, and employees of one partner: our choice."""
_EMAIL: Final = re.compile(r"[a-z0-9._+'-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.ASCII)
"""Letters, digits and a few signs: enough for people of a test, and fit for addresses of pages."""


class Right(StrEnum):
    """What somebody may do for a merchant (business portal: roles and permissions)."""

    SEE = "see"
    """Sales units with their configuration, product orders and the agreement."""
    MANAGE = "manage"
    """Order products, close sales units."""
    KEYS = "keys"
    """See API keys."""
    ADMINISTER = "administer"
    """All of it, and sign, read emails, and say who else may do what: for the merchant's own people."""


IMPLIED: Final[Mapping[Right, frozenset[Right]]] = {
    Right.SEE: frozenset({Right.SEE}),
    Right.MANAGE: frozenset({Right.SEE, Right.MANAGE}),
    Right.KEYS: frozenset({Right.SEE, Right.KEYS}),
    Right.ADMINISTER: frozenset(Right),
}
"""What somebody has who was given a right."""


@frozen
class User:
    """A person: of a merchant, of a partner (without ``merchant_id``), or of a partner and let in by a merchant.

    ``email`` in small letters. ``units``: the MSNs that the rights are for; None for all that the merchant has and will
    have.
    """

    __pydantic_config__ = EXACT

    email: str
    name: str
    merchant_id: str | None = None
    partner_id: str | None = None
    rights: tuple[Right, ...] = ()
    units: tuple[str, ...] | None = None

    def has(self, right: Right) -> bool:
        """Whether the user was given a right, or one that implies it."""
        return any(right in IMPLIED[given] for given in self.rights)

    def reaches(self, msn: str) -> bool:
        """Whether the rights are for this sales unit of the merchant."""
        return self.units is None or msn in self.units


def administrator(merchant: Merchant) -> User:
    """Whom every merchant has, whoever else there is: the person who reads its emails."""
    return User(merchant.address, "Administrator", merchant.id, rights=(Right.ADMINISTER,))


def user_flaw(user: User, merchant: Merchant | None, msns: Collection[str]) -> str | None:
    """Which field of a user cannot be so, and why; None when all is well.

    ``merchant`` is the one of ``merchant_id``, ``msns`` are those of its sales units.
    """
    if wrong := _person_flaw(user):
        return wrong
    if merchant is None:
        return None if not user.rights and user.units is None else "rights: only a merchant can give rights"
    if user.email == merchant.address.lower():
        return "email: is the merchant's own address, which is its administrator's"
    if not user.rights:
        return f"rights: at least one is needed of {', '.join(Right)}"
    if Right.ADMINISTER in user.rights and (user.partner_id is not None or user.units is not None):
        return "rights: administer is for the merchant's own people, and for all of its sales units"
    if user.units is None:
        return None
    unknown = next((msn for msn in user.units if msn not in msns), None)
    if unknown is not None:
        return f"units: the merchant has no sales unit {unknown[:10]!r}"
    return None if user.units else "units: at least one is needed, or none at all for all of them"


def email_flaw(email: str) -> str | None:
    """Why somebody's address cannot be this; None when all is well."""
    fine = len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email)
    return None if fine else "must be an email address in small letters"


def _person_flaw(user: User) -> str | None:
    if user.merchant_id is None and user.partner_id is None:
        return "merchant_id: merchant_id, partner_id or both are needed"
    if wrong := email_flaw(user.email):
        return f"email: {wrong}"
    if not 1 <= len(user.name) <= LONGEST_NAME or not user.name.isprintable():
        return f"name: must have 1 to {LONGEST_NAME} characters, all of them printable"
    return None


def repeated_users(users: Iterable[User]) -> Iterator[tuple[int, str]]:
    """Users who are there already or are too many, by their place in the list, and why."""
    seen: dict[tuple[str, str], set[str]] = {}
    for index, user in enumerate(users):
        others = seen.setdefault((user.merchant_id or "", "" if user.merchant_id else user.partner_id or ""), set())
        if user.email in others:
            yield index, f"email: {user.email} is there already"
        elif len(others) >= MOST_USERS:
            yield index, f"email: {MOST_USERS} are the most"
        others.add(user.email)
