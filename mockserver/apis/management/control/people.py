"""New companies, who may use the portal for them, and their keys: what the portal does, through the control API."""

from typing import Any

from pydantic import Field, StrictStr
from starlette.requests import Request

from mockserver.apis.management.services import companies, people, units
from mockserver.apis.management.services.units import KeyName
from mockserver.core.money import Market
from mockserver.core.policy import Lenience, Policy
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.user import Right, User
from mockserver.world.services import partners, users, world


class CompanyBody(ControlBody):
    """A company that nobody knows yet; without ``email`` it has an address of its own."""

    organisation_number: StrictStr
    name: StrictStr
    market: Market
    email: StrictStr | None = None


class InviteBody(ControlBody):
    """Who is let in: one of the merchant's own people, or a partner's employee; ``units`` null for all of them."""

    email: StrictStr
    name: StrictStr
    partner_id: StrictStr | None = None
    rights: list[Right]
    units: list[StrictStr] | None = None


class RightsBody(ControlBody):
    """What somebody may do from now on; ``units`` null for all sales units."""

    rights: list[Right]
    units: list[StrictStr] | None = None


class EmployeeBody(ControlBody):
    """A person who works for a partner."""

    email: StrictStr
    name: StrictStr


class RegenerateBody(ControlBody):
    """Which keys are made anew; all of them when left out. client_id stays."""

    keys: list[KeyName] = Field(default_factory=lambda: list(KeyName), min_length=1)


async def register_merchant(runtime: Runtime, request: Request) -> Any:
    """Registers a company without a merchant agreement, as the portal does."""
    body = await requests.read(request, CompanyBody, runtime.largest_body)
    lenience = Lenience(Policy())
    with runtime.engine.transaction() as tx:
        made = companies.register(tx, body.market, body.organisation_number, body.name, body.email, lenience)
    return requests.warned(requests.plain(made), lenience)


async def get_users(runtime: Runtime, request: Request) -> Any:
    """Lists who may use the portal for a merchant, its administrator first."""
    tx = runtime.engine.reading()
    found = users.of_merchant(tx, world.merchant(tx, request.path_params["id"]))
    return {"users": [requests.plain(each) for each in found]}


async def invite_user(runtime: Runtime, request: Request) -> Any:
    """Lets somebody use the portal for a merchant; rights: see, manage, keys or administer."""
    body = await requests.read(request, InviteBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        merchant = world.merchant(tx, request.path_params["id"])
        granted = tuple(dict.fromkeys(body.rights))
        user = User(body.email.lower(), body.name, merchant.id, body.partner_id, granted, _units(body.units))
        return requests.plain(people.invite(tx, merchant, user))


async def change_user(runtime: Runtime, request: Request) -> Any:
    """Changes what somebody may do for a merchant, from the next page on."""
    body = await requests.read(request, RightsBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        merchant = world.merchant(tx, request.path_params["id"])
        user = users.of_email(tx, merchant, request.path_params["email"])
        granted = tuple(dict.fromkeys(body.rights))
        return requests.plain(people.change(tx, merchant, user, granted, _units(body.units)))


async def remove_user(runtime: Runtime, request: Request) -> Any:
    """Takes somebody's access to a merchant's portal away, from the next page on."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        merchant = world.merchant(tx, request.path_params["id"])
        people.show_out(tx, merchant, users.of_email(tx, merchant, request.path_params["email"]))
    return {"status": "ok"}


async def get_employees(runtime: Runtime, request: Request) -> Any:
    """Lists a partner's employees: those it has told of, and others whom merchants have let in."""
    tx = runtime.engine.reading()
    found = users.employees(tx, partners.find(tx, request.path_params["id"]))
    return {"users": [requests.plain(each) for each in found]}


async def add_employee(runtime: Runtime, request: Request) -> Any:
    """Adds an employee of a partner, or changes the name of one; merchants give access."""
    body = await requests.read(request, EmployeeBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        partner = partners.find(tx, request.path_params["id"])
        return requests.plain(users.save(tx, User(body.email.lower(), body.name, partner_id=partner.id)))


async def remove_employee(runtime: Runtime, request: Request) -> Any:
    """Removes an employee of a partner, and with that every access that merchants have given."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        partner = partners.find(tx, request.path_params["id"])
        users.remove(tx, users.employee(tx, partner, request.path_params["email"]))
    return {"status": "ok"}


async def regenerate_keys(runtime: Runtime, request: Request) -> Any:
    """Makes keys of a sales unit anew; the old ones end at once. keys: all but client_id when left out."""
    body = await requests.read(request, RegenerateBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        return requests.plain(units.renew_keys(tx, world.sales_unit(tx, request.path_params["msn"]), body.keys))


def _units(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(dict.fromkeys(given))


ROWS = (
    ("POST", "/merchants", register_merchant),
    ("GET", "/merchants/{id}/users", get_users),
    ("POST", "/merchants/{id}/users", invite_user),
    ("PATCH", "/merchants/{id}/users/{email}", change_user),
    ("DELETE", "/merchants/{id}/users/{email}", remove_user),
    ("GET", "/partners/{id}/employees", get_employees),
    ("POST", "/partners/{id}/employees", add_employee),
    ("DELETE", "/partners/{id}/employees/{email}", remove_employee),
    ("POST", "/sales-units/{msn}/keys/regenerate", regenerate_keys),
)
"""Method, path under /_mock, handler."""
