"""What merchants are told of logins that they started."""

from typing import Any, Final

from mockserver.apis.login.domain.logins import Login
from mockserver.core.engine import Tx
from mockserver.core.ids import Ids
from mockserver.webhooks.events import EventType
from mockserver.webhooks.services import webhooks

PING: Final = "login.merchant-initiated.ping.v1"


def ping(tx: Tx, login: Login) -> None:
    """Tell the merchant that its customer has confirmed."""
    webhooks.emit(tx, PING, login.msn, login.auth_req_id, lambda: {"auth_req_id": login.auth_req_id})


def _sample(ids: Ids, msn: str, at: str) -> dict[str, Any]:
    return {"auth_req_id": ids.guid()}


EVENTS: Final = (EventType(PING, _sample),)
