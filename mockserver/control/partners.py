"""Partners through the control API: level, rights, keys and prices."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, NotFound, Violation
from mockserver.web import control as requests
from mockserver.web.runtime import Runtime
from mockserver.world.domain.partner import Partner, Permission
from mockserver.world.domain.world import partner_flaw
from mockserver.world.services import partners


async def get_partners(runtime: Runtime, request: Request) -> Any:
    """Lists partners with their keys, rights and price packages."""
    return {"partners": [requests.plain(each) for each in partners.every(runtime.engine.reading())]}


async def get_partner(runtime: Runtime, request: Request) -> Any:
    """Shows one partner."""
    return requests.plain(partners.find(runtime.engine.reading(), request.path_params["id"]))


async def change_partner(runtime: Runtime, request: Request) -> Any:
    """Changes a partner: any field except id. Its kinds, level and stage say which of its keys work."""
    changes = await requests.read_raw(request, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        known = partners.find(tx, request.path_params["id"])
        return _save(tx, requests.to_value(Partner, requests.merged(known, changes, ("id",))))


async def grant_permission(runtime: Runtime, request: Request) -> Any:
    """Grants a partner a right: management or prefill."""
    return _permit(runtime, request, granted=True)


async def revoke_permission(runtime: Runtime, request: Request) -> Any:
    """Withdraws a right, from the next call on."""
    return _permit(runtime, request, granted=False)


def _permit(runtime: Runtime, request: Request, *, granted: bool) -> Any:
    name = request.path_params["permission"]
    if name not in set(Permission):
        raise NotFound(f"There is no permission {name[:30]}; there are: {', '.join(Permission)}")
    with runtime.engine.transaction() as tx:
        known = partners.find(tx, request.path_params["id"])
        held = {*known.permissions, name} if granted else set(known.permissions) - {name}
        return _save(tx, replace(known, permissions=tuple(each for each in Permission if each in held)))


def _save(tx: Tx, partner: Partner) -> Any:
    flaw = partner_flaw(partner)
    if flaw is None:
        try:
            partners.save(tx, partner)
        except ValueError as error:
            flaw = str(error)
    if flaw is not None:
        field, _, reason = flaw.partition(": ")
        raise Malformed([Violation(field, reason)])
    return requests.plain(partner)


ROWS = (
    ("GET", "/partners", get_partners),
    ("GET", "/partners/{id}", get_partner),
    ("PATCH", "/partners/{id}", change_partner),
    ("PUT", "/partners/{id}/permissions/{permission}", grant_permission),
    ("DELETE", "/partners/{id}/permissions/{permission}", revoke_permission),
)
"""Method, path under /_mock, handler."""
