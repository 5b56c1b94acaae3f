"""Who may read what a product order waits for, and why it was declined.

Its partner has the link too, and is never told: so the link alone is not enough.
"""

from collections import OrderedDict
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from mockserver.apis.management.domain import links, rights
from mockserver.apis.management.domain.rights import Deed
from mockserver.apis.management.portal.company.session import NotSignedIn, SignIn, user_at
from mockserver.apis.management.portal.visits import Visit
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.web import pages
from mockserver.web.sessions import Sessions
from mockserver.world.domain.user import User

MOST: Final = 10_000
"""Orders whose browsers are remembered, the latest ones."""


class Insiders:
    """Tells a merchant's visitors from others, on one server.

    Insiders are whom the merchant lets see the order at the portal, and the browser that submitted it; until it is
    submitted, the one that signed last.
    """

    def __init__(self, sessions: Sessions, most: int = MOST) -> None:
        self._sign_in = SignIn(sessions)
        self._most = most
        self._browsers: OrderedDict[str, tuple[str, bool]] = OrderedDict()

    def remember(self, request: Request, visit: Visit, *, submitted: bool) -> None:
        """This browser is the merchant's from now on, and no other one by its deeds."""
        self._browsers[visit.order.id] = pages.visitor(request), submitted
        self._browsers.move_to_end(visit.order.id)
        while len(self._browsers) > self._most:
            self._browsers.popitem(last=False)

    def signed_in(self, tx: Tx, request: Request, visit: Visit) -> bool:
        """Whether the visitor has signed in at the portal, and has the merchant there."""
        return self._user(tx, request, visit) is not None

    def read(self, tx: Tx, request: Request, visit: Visit) -> bool:
        """Whether the visitor is one."""
        if self._did_it(request, visit):
            return True
        user = self._user(tx, request, visit)
        return user is not None and rights.sees_order(user, visit.order.msn)

    def may(self, tx: Tx, request: Request, visit: Visit, deed: Deed) -> bool:
        """Whether the visitor is one that may do this."""
        if self._did_it(request, visit):
            return True
        user = self._user(tx, request, visit)
        return user is not None and rights.sees_order(user, visit.order.msn) and rights.may(user, deed)

    def _did_it(self, request: Request, visit: Visit) -> bool:
        visitor, submitted = self._browsers.get(visit.order.id, ("", False))
        counts = submitted or visit.order.waits_for_merchant
        return bool(visitor) and counts and visitor == pages.visitor(request)

    def _user(self, tx: Tx, request: Request, visit: Visit) -> User | None:
        try:
            return user_at(tx, self._sign_in.person(tx, request), visit.merchant.id)[1]
        except (NotSignedIn, NotFound):
            return None


def way_in(visit: Visit, address: str) -> str:
    """Where the merchant's people sign in, to come back to ``address``."""
    return f"{links.PORTAL}?{urlencode({'find': visit.merchant.organisation_number, 'to': address})}"
