"""The road to being a partner through the control API: play the company, and the platform."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from pydantic import Field, StrictBool, StrictStr
from starlette.requests import Request

from mockserver.apis.partners.control import views
from mockserver.apis.partners.domain import links
from mockserver.apis.partners.domain.application import Application
from mockserver.apis.partners.domain.evidence import Evidence
from mockserver.apis.partners.services import roads
from mockserver.apis.partners.services.roads import Traveller
from mockserver.core.engine import Tx
from mockserver.core.money import Market
from mockserver.core.policy import Lenience, Policy
from mockserver.web import control as requests
from mockserver.web.control import ControlBody, EmptyBody
from mockserver.web.runtime import Runtime
from mockserver.world.domain.order_policy import LONGEST_WAIT
from mockserver.world.domain.partner import PartnerKind, PartnerLevel

LONGEST_REASON: Final = 500
"""Characters."""


class ApplyBody(ControlBody):
    """The form of a company. ``approvesAfter``: seconds of the clock until it is approved by itself."""

    name: StrictStr
    market: Market = Market.NO
    organisationNumber: StrictStr  # noqa: N815 - control bodies are written as the wire's
    contact: StrictStr = "Test Person"
    email: StrictStr
    website: StrictStr = "https://partner.example.com"
    kinds: list[PartnerKind] = Field([PartnerKind.PLATFORM])
    solution: StrictStr = "A platform for shops"
    approvesAfter: float | None = Field(None, ge=0, le=LONGEST_WAIT, allow_inf_nan=False, strict=True)  # noqa: N815

    def application(self) -> Application:
        """The form as the rules know it."""
        return Application(
            name=self.name,
            market=self.market,
            organisation_number=self.organisationNumber,
            contact=self.contact,
            email=self.email,
            website=self.website,
            kinds=tuple(self.kinds),
            solution=self.solution,
        )


class ApproveBody(ControlBody):
    """The level that the partner gets; left out: the one that it has."""

    level: PartnerLevel | None = None


class DeclineBody(ControlBody):
    """Why the application is declined; the company reads it."""

    reason: StrictStr = Field(roads.NOT_ENOUGH, min_length=1, max_length=LONGEST_REASON)


class EvidenceBody(ControlBody):
    """What the partner shows: what is left out stays, null takes it away."""

    termsAccepted: StrictBool = False  # noqa: N815
    documentation: StrictStr | None = None
    demo: StrictStr | None = None
    examples: list[StrictStr] = Field([])

    def over(self, known: Evidence) -> Evidence:
        """The evidence with what was sent on top."""
        given = self.model_fields_set
        return replace(
            known,
            terms_accepted=self.termsAccepted if "termsAccepted" in given else known.terms_accepted,
            documentation=self.documentation if "documentation" in given else known.documentation,
            demo=self.demo if "demo" in given else known.demo,
            examples=tuple(self.examples) if "examples" in given else known.examples,
        )


class PilotBody(ControlBody):
    """The pilot customer's sales unit."""

    msn: StrictStr


class SendBackBody(ControlBody):
    """What is missing; the partner reads it."""

    reason: StrictStr = Field(roads.INCOMPLETE, min_length=1, max_length=LONGEST_REASON)


async def apply_to_be_a_partner(runtime: Runtime, request: Request) -> Any:
    """Applies to be a partner, for a company that is none: its stage is applied."""
    body = await requests.read(request, ApplyBody, runtime.largest_body)
    with runtime.engine.transaction() as tx:
        known = roads.apply(tx, body.application(), Lenience(Policy()), body.approvesAfter)
    return _view(runtime, request, known)


async def get_partner_road(runtime: Runtime, request: Request) -> Any:
    """Shows how far a partner has come: application, evidence, what is missing, history."""
    return _view(runtime, request, roads.find(runtime.engine.reading(), request.path_params["id"]))


async def apply_again(runtime: Runtime, request: Request) -> Any:
    """Applies once more, for a company that was declined."""
    body = await requests.read(request, ApplyBody, runtime.largest_body)

    def again(tx: Tx, known: Traveller) -> Traveller:
        return roads.apply_again(tx, known, body.application(), Lenience(Policy()), body.approvesAfter)

    return _changed(runtime, request, again)


async def approve_partner(runtime: Runtime, request: Request) -> Any:
    """Approves an application now: a test sales unit, and the keys that kind and level have."""
    body = await requests.read(request, ApproveBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, known: roads.approve(tx, known, body.level))


async def decline_partner(runtime: Runtime, request: Request) -> Any:
    """Declines an application, with a reason."""
    body = await requests.read(request, DeclineBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, known: roads.decline(tx, known, body.reason))


async def show_evidence(runtime: Runtime, request: Request) -> Any:
    """Changes what a partner shows: termsAccepted, documentation, demo, examples."""
    body = await requests.read(request, EvidenceBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, known: roads.fill_in(tx, known, body.over(known.road.evidence)))


async def start_pilot(runtime: Runtime, request: Request) -> Any:
    """Starts the pilot with a connected sales unit, or with another one."""
    body = await requests.read(request, PilotBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, known: roads.start_pilot(tx, known, body.msn))


async def send_in(runtime: Runtime, request: Request) -> Any:
    """Sends in what a partner shows, to be verified."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, roads.send_in)


async def verify_partner(runtime: Runtime, request: Request) -> Any:
    """Verifies a partner: its keys work in production, and merchants can choose it."""
    await requests.read(request, EmptyBody, runtime.largest_body)
    return _changed(runtime, request, roads.verify)


async def send_back(runtime: Runtime, request: Request) -> Any:
    """Sends back what a partner has sent in, with what is missing."""
    body = await requests.read(request, SendBackBody, runtime.largest_body)
    return _changed(runtime, request, lambda tx, known: roads.send_back(tx, known, body.reason))


def _changed(runtime: Runtime, request: Request, change: Callable[[Tx, Traveller], Traveller]) -> Any:
    with runtime.engine.transaction() as tx:
        known = change(tx, roads.find(tx, request.path_params["id"]))
    return _view(runtime, request, known)


def _view(runtime: Runtime, request: Request, known: Traveller) -> Any:
    origin = runtime.origins.of(request.scope, dict(request.scope["headers"]))
    page = f"{origin}{links.road_page(known.road.page)}" if known.road.page else None
    return views.traveller(known) | {"page": page}


ROWS = (
    ("POST", "/partners", apply_to_be_a_partner),
    ("GET", "/partners/{id}/road", get_partner_road),
    ("PATCH", "/partners/{id}/road", show_evidence),
    ("POST", "/partners/{id}/apply", apply_again),
    ("POST", "/partners/{id}/approve", approve_partner),
    ("POST", "/partners/{id}/decline", decline_partner),
    ("POST", "/partners/{id}/start-pilot", start_pilot),
    ("POST", "/partners/{id}/send-in", send_in),
    ("POST", "/partners/{id}/verify", verify_partner),
    ("POST", "/partners/{id}/send-back", send_back),
)
"""Method, path under /_mock, handler."""
