"""Who a browser has signed in as: a session that is good in that browser only, read anew by the store each time."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mockserver.core import codec
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.values import frozen
from mockserver.web import pages
from mockserver.web.sessions import Sessions
from mockserver.world.domain.merchant import Merchant
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.user import User
from mockserver.world.services import partners, users, world

COOKIE: Final = "mock_portal"
NO_COMPANY: Final = "There is no such company, or it has not let you in"


class NotSignedIn(Exception):
    """Nobody has signed in, or who has is nobody's user any more."""


@frozen
class Identity:
    """A person of a merchant, or of a partner: exactly one of the two ids is there."""

    email: str
    merchant_id: str | None = None
    partner_id: str | None = None


@frozen
class Person:
    """Who has signed in: ``works_for`` is one's merchant or partner, whose user or employee ``user`` is."""

    identity: Identity
    user: User
    works_for: Merchant | Partner


def find(tx: Tx, identity: Identity) -> Person:
    """The person of this identity as things stand now; raises NotFound."""
    if identity.merchant_id is not None:
        merchant = world.merchant(tx, identity.merchant_id)
        user = users.of_email(tx, merchant, identity.email)
        if user.partner_id is not None:
            raise NotFound(users.NOBODY)
        return Person(identity, user, merchant)
    partner = partners.find(tx, identity.partner_id or "")
    return Person(identity, users.employee(tx, partner, identity.email), partner)


def user_at(tx: Tx, person: Person, merchant_id: str) -> tuple[Merchant, User]:
    """A merchant, and what the person is there; raises NotFound, which does not tell whether there is the merchant."""
    if person.identity.merchant_id is not None:
        if person.identity.merchant_id == merchant_id:
            return world.merchant(tx, merchant_id), person.user
        raise NotFound(NO_COMPANY)
    user = (
        users.let_in_at(tx, person.identity.partner_id or "", person.user.email, merchant_id) if merchant_id else None
    )
    if user is None:
        raise NotFound(NO_COMPANY)
    return world.merchant(tx, merchant_id), user


class SignIn:
    """Signs browsers in and out."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def person(self, tx: Tx, request: Request) -> Person:
        """Who has signed in here; raises NotSignedIn."""
        known = self._sessions.who(pages.visitor(request), request.cookies.get(COOKIE, ""))
        if known is None:
            raise NotSignedIn
        try:
            return find(tx, codec.load(Identity, known))
        except NotFound:
            raise NotSignedIn from None

    def sign_in(self, request: Request, response: Response, identity: Identity) -> None:
        """Remember in this browser who somebody is, and forget who it was."""
        self._sessions.close(request.cookies.get(COOKIE, ""))
        name = self._sessions.open(pages.visitor(request), codec.dump(Identity, identity))
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, name, httponly=True, samesite="lax", secure=secure)

    def sign_out(self, request: Request, response: Response) -> None:
        """End the session, also where somebody has kept its cookie."""
        self._sessions.close(request.cookies.get(COOKIE, ""))
        secure = request.url.scheme == "https"
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)
