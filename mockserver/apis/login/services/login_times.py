"""What time does to logins. Apart from them, since they are much to import and most starts meet none."""

from mockserver.core.engine import DueHandler, Tx

ACT = "login.act"
EXPIRE = "login.expire"
FORGET = "authentication.expire"


def _act(tx: Tx, id_: int) -> None:
    from mockserver.apis.login.services import logins

    logins.act(tx, id_)


def _expire(tx: Tx, id_: int) -> None:
    from mockserver.apis.login.services import logins

    logins.expire(tx, id_)


def _forget(tx: Tx, id_: int) -> None:
    from mockserver.apis.login.services import authentications

    authentications.expire(tx, id_)


HANDLERS: dict[str, DueHandler] = {ACT: _act, EXPIRE: _expire, FORGET: _forget}
"""By the kind of what is due."""
