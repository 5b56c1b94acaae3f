"""Logins that merchants started, through the control API: look at them, and play the phone of their user."""

from typing import Any

from starlette.requests import Request

from mockserver.apis.login.control.logins import AnswersBody
from mockserver.apis.login.domain.backchannel import Authentication, State
from mockserver.apis.login.domain.logins import Rejection, way_back
from mockserver.apis.login.services import authentications, backchannel, logins
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.instants import timestamp
from mockserver.web import control as requests
from mockserver.web.control import EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.services import world


@requests.takes("phone", "state", "limit")
async def get_authentications(runtime: Runtime, request: Request) -> Any:
    """Lists logins that merchants started, the latest first; filters: phone, state, limit."""
    filters = dict(request.query_params)
    state = requests.to_value(State, filters["state"], "state") if "state" in filters else None
    limit = requests.number(filters, "limit", 100)
    tx = runtime.engine.reading()
    found = backchannel.newest(tx, phone=filters.get("phone"), state=state, limit=limit or 0)
    return {"authentications": [_authentication(tx, each) for each in found]}


async def get_authentication(runtime: Runtime, request: Request) -> Any:
    """Shows one of these logins by its auth_req_id."""
    tx = runtime.engine.reading()
    return _authentication(tx, _find(tx, request))


async def confirm_authentication(runtime: Runtime, request: Request) -> Any:
    """Confirms one on the phone, with consent; redirectTo is where the phone's browser goes, if anywhere."""
    body = await requests.read(request, AnswersBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        found = _find(tx, request)
        customer = world.customer(tx, found.phone)
        if customer is None:
            raise NotFound(f"There is no customer {found.phone}")
        logins.approve(tx, logins.get(tx, found.login_id), customer, body.answers())
        return _authentication(tx, _find(tx, request))


async def deny_authentication(runtime: Runtime, request: Request) -> Any:
    """Rejects one on the phone: access_denied."""
    return await _reject(runtime, request, Rejection.ACCESS_DENIED)


async def find_old_app(runtime: Runtime, request: Request) -> Any:
    """Rejects one because the app is too old: access_denied with error_code old_app."""
    return await _reject(runtime, request, Rejection.OUTDATED_APP_VERSION)


async def _reject(runtime: Runtime, request: Request, reason: Rejection) -> Any:
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        logins.reject(tx, logins.get(tx, _find(tx, request).login_id), reason)
        return _authentication(tx, _find(tx, request))


ROWS = (
    ("GET", "/ciba", get_authentications),
    ("GET", "/ciba/{authReqId}", get_authentication),
    ("POST", "/ciba/{authReqId}/confirm", confirm_authentication),
    ("POST", "/ciba/{authReqId}/deny", deny_authentication),
    ("POST", "/ciba/{authReqId}/old-app", find_old_app),
)
"""Method, path under /_mock, handler; the handlers' docstrings are the documentation."""


def _find(tx: Tx, request: Request) -> Authentication:
    return authentications.find(tx, request.path_params["authReqId"])


def _authentication(tx: Tx, each: Authentication) -> dict[str, Any]:
    login = logins.get(tx, each.login_id).login
    back = way_back(login)
    return {
        "authReqId": each.auth_req_id,
        "loginId": login.id,
        "msn": login.msn,
        "clientId": login.request.client_id,
        "customer": each.phone,
        "state": each.state,
        "bindingMessage": each.binding_message,
        "scopes": login.request.scopes,
        "interval": each.interval,
        "createdAt": timestamp(login.created_at),
        "expiresAt": timestamp(each.expires_at),
        "error": each.denied_for,
        "redirectTo": back.url if back is not None else None,
    }
