"""Which page and which button of the portal needs which right: the one table, asked by all of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from mockserver.core.errors import Forbidden
from mockserver.core.values import frozen
from mockserver.world.domain.agreement import Agreement
from mockserver.world.domain.user import Right, User


class Deed(StrEnum):
    """What can be done on the portal for a merchant; the value completes "may not"."""

    ENTER = "see this company"
    SEE_UNIT = "see this sales unit"
    SEE_ORDER = "see this product order"
    SEE_KEYS = "see API keys"
    RENEW_KEYS = "regenerate API keys"
    CLOSE_UNIT = "close sales units"
    ORDER = "order products"
    ANSWER = "act on product orders"
    SIGN = "sign the merchant agreement"
    READ_EMAILS = "read the company's emails"
    ADMINISTER = "say who may use the portal"


@frozen
class Need:
    """All of ``rights``; ``whole``: for all sales units of the merchant, not for some."""

    rights: frozenset[Right]
    whole: bool = False


NEEDS: Final[Mapping[Deed, Need]] = {
    Deed.ENTER: Need(frozenset({Right.SEE})),
    Deed.SEE_UNIT: Need(frozenset({Right.SEE})),
    Deed.SEE_ORDER: Need(frozenset({Right.SEE})),
    Deed.SEE_KEYS: Need(frozenset({Right.KEYS})),
    Deed.RENEW_KEYS: Need(frozenset({Right.KEYS, Right.MANAGE})),
    Deed.CLOSE_UNIT: Need(frozenset({Right.MANAGE})),
    Deed.ORDER: Need(frozenset({Right.MANAGE}), whole=True),
    Deed.ANSWER: Need(frozenset({Right.MANAGE}), whole=True),
    Deed.SIGN: Need(frozenset({Right.ADMINISTER})),
    Deed.READ_EMAILS: Need(frozenset({Right.ADMINISTER})),
    Deed.ADMINISTER: Need(frozenset({Right.ADMINISTER})),
}
"""Who sees some units only sees the product orders that made them; all others may become units that are not theirs."""


def may(user: User, deed: Deed) -> bool:
    """Whether a user may do this for the merchant, at the sales units that the rights are for."""
    need = NEEDS[deed]
    return all(user.has(right) for right in need.rights) and not (need.whole and user.units is not None)


def check(user: User, deed: Deed) -> None:
    """Refuse a deed that the user may not do; raises Forbidden, which names what is missing."""
    if may(user, deed):
        return
    lacking = [f"'{right}'" for right in Right if right in NEEDS[deed].rights and not user.has(right)]
    reason = f"the right {' and '.join(lacking)} is missing" if lacking else "it takes access to all sales units"
    raise Forbidden(f"{user.name} may not {deed}: {reason}")


def sees_unit(user: User, msn: str) -> bool:
    """Whether a sales unit of the merchant is shown to a user at all."""
    return may(user, Deed.SEE_UNIT) and user.reaches(msn)


def sees_order(user: User, msn: str | None) -> bool:
    """Whether a product order of the merchant is shown to a user: ``msn`` is the sales unit that it has become."""
    return may(user, Deed.SEE_ORDER) and (user.units is None or (msn is not None and user.reaches(msn)))


def opens_link(user: User, agreement: Agreement) -> bool:
    """Whether a user is shown the link of a prefilled order: whoever has it may do all that the order's pages offer.

    That is to fill it in, to answer, and to sign the merchant's ``agreement`` where a signature is missing.
    """
    return may(user, Deed.ANSWER) and (may(user, Deed.SIGN) or not agreement.can_be_signed)
