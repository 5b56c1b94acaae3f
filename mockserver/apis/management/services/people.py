"""Who may use the portal, with what those are told who are let in or shown out."""

from dataclasses import replace
from enum import StrEnum

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.mail import services as mail
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.user import Right, User
from mockserver.world.services import users


class EmailKind(StrEnum):
    """Why an email was written."""

    ACCESS_GIVEN = "portal-access-given"
    ACCESS_TAKEN = "portal-access-taken"


def invite(tx: Tx, merchant: Merchant, user: User) -> User:
    """Let somebody in who is not yet; raises Malformed and NotFound."""
    if any(each.email.lower() == user.email for each in users.of_merchant(tx, merchant)):
        raise Malformed([Violation("email", "May use the portal for this merchant already")])
    saved = users.save(tx, user)
    facts = [f"{merchant.name} has given you access to its portal.", f"You may: {', '.join(user.rights)}"]
    _tell(tx, EmailKind.ACCESS_GIVEN, saved, f"Access to the portal of {merchant.name}", facts)
    return saved


def change(tx: Tx, merchant: Merchant, user: User, rights: tuple[Right, ...], units: tuple[str, ...] | None) -> User:
    """Give somebody other rights; raises Malformed, also for the administrator, who has all of them for ever."""
    if user.email == merchant.address:
        raise Malformed([Violation("rights", "The administrator has all of them, and keeps them")])
    return users.save(tx, replace(user, rights=rights, units=units))


def show_out(tx: Tx, merchant: Merchant, user: User) -> None:
    """Take somebody's access away, from the next click on; raises Malformed for the administrator."""
    users.remove(tx, user)
    facts = [f"{merchant.name} has taken your access to its portal away."]
    _tell(tx, EmailKind.ACCESS_TAKEN, user, f"No more access to the portal of {merchant.name}", facts)


def _tell(tx: Tx, kind: EmailKind, user: User, subject: str, facts: list[str]) -> None:
    mail.write(tx, kind, user.email, subject, facts)
