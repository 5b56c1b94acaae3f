"""Who calls the operations that servers use: the client, and what the journal is told of it."""

from mockserver.domain.authorization import Parameters
from mockserver.domain.merchant import ClientKind, SalesUnit
from mockserver.services import login_clients
from mockserver.services.access import Caller
from mockserver.services.engine import Tx
from mockserver.services.login_clients import LoginClient
from mockserver.web.http import text
from mockserver.web.operations import Call


def client_of(tx: Tx, call: Call, form: Parameters) -> LoginClient:
    """The client that a request proves to be from; raises OAuthError invalid_client."""
    authorization, msn = text(call.headers, b"authorization"), text(call.headers, b"merchant-serial-number")
    client = login_clients.authenticate(tx, call.runtime.access, authorization, msn, form, call.lenience)
    note(tx, call, client.unit)
    return client


def note(tx: Tx, call: Call, unit: SalesUnit) -> None:
    """Tell the journal whose request this is."""
    merchant = tx.directory.merchant_of(tx.connection, unit)
    call.caller = Caller(unit.keys.client_id, ClientKind.SALES_UNIT, unit.msn, unit, merchant, 0)
