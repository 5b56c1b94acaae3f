"""What becomes of a merchant's authentication when its login ends: whoever ends it, and whichever way."""

from dataclasses import replace

from mockserver.apis.login.domain.backchannel import ENDS, Action, Authentication, State
from mockserver.apis.login.domain.logins import CODE_LIFETIME, Login
from mockserver.apis.login.services import events
from mockserver.apis.login.store import authentications as store
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.schedule import Due

FORGET = "authentication.expire"


def find(tx: Tx, auth_req_id: str) -> Authentication:
    """The authentication of this ``auth_req_id``; raises NotFound."""
    found = store.get(tx.connection, auth_req_id)
    if found is None:
        raise NotFound(f"There is no authentication {auth_req_id[:50]}")
    return found


def save(tx: Tx, authentication: Authentication) -> None:
    """Store a changed authentication; what no exchange can come of any more need not be forgotten."""
    store.update(tx.connection, authentication)
    if authentication.state is State.EXCHANGED:
        tx.remove_due(Due(authentication.expires_at, FORGET, authentication.login_id))


def login_ended(tx: Tx, login: Login) -> None:
    """Follow a login to its end: tell the merchant who waits for it, and forget in time what nobody collects.

    A redirecting one is kept as long as its code, whose life begins only now.
    """
    authentication = replace(find(tx, login.auth_req_id or "").moved(ENDS[login.state]), denied_for=login.error)
    if authentication.state is State.CONFIRMED:
        if authentication.redirects:
            authentication = replace(authentication, expires_at=tx.at + CODE_LIFETIME)
        else:
            events.ping(tx, login)
        tx.add_due(Due(authentication.expires_at, FORGET, authentication.login_id))
    save(tx, authentication)


def expire(tx: Tx, login_id: int) -> None:
    """A confirmed authentication was not exchanged in time."""
    found = store.of_login(tx.connection, login_id)
    if found is not None and found.state is State.CONFIRMED:
        save(tx, found.moved(Action.EXPIRE))
