"""Who calls the operations that servers use: the client, and what the journal is told of it."""

from mockserver.apis.login.domain.authorization import Parameters
from mockserver.apis.login.services import login_clients
from mockserver.apis.login.services.login_clients import LoginClient
from mockserver.core.engine import Tx
from mockserver.web.http import text
from mockserver.web.operations import Call
from mockserver.world.domain.merchant import ClientKind, SalesUnit
from mockserver.world.services.access import Caller
from mockserver.world.services.directory import directory


def client_of(tx: Tx, call: Call, form: Parameters) -> LoginClient:
    """The client that a request proves to be from; raises OAuthError invalid_client."""
    authorization, msn = text(call.headers, b"authorization"), text(call.headers, b"merchant-serial-number")
    client = login_clients.authenticate(tx, call.runtime.access, authorization, msn, form, call.lenience)
    note(tx, call, client.unit)
    return client


def note(tx: Tx, call: Call, unit: SalesUnit) -> None:
    """Tell the journal whose request this is."""
    merchant = directory(tx).merchant_of(tx.connection, unit)
    call.caller = Caller(unit.keys.client_id, ClientKind.SALES_UNIT, unit.msn, unit, merchant, 0)
