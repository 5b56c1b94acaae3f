"""The road to being a partner: applications and what becomes of them, evidence, verification."""

from collections.abc import Callable
from dataclasses import replace

from mockserver.apis.partners.domain import evidence as shown
from mockserver.apis.partners.domain import road as rules
from mockserver.apis.partners.domain.application import Application, violations
from mockserver.apis.partners.domain.evidence import Evidence
from mockserver.apis.partners.domain.policy import RoadPolicy
from mockserver.apis.partners.domain.road import Road, RoadAction
from mockserver.apis.partners.services import access, emails
from mockserver.apis.partners.store import roads as store
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, NotFound, Violation
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.schedule import Due
from mockserver.core.values import frozen
from mockserver.web import secrets
from mockserver.world.domain.business import is_registrable
from mockserver.world.domain.merchant import SalesUnit
from mockserver.world.domain.partner import Partner, PartnerLevel, PartnerStage
from mockserver.world.services import partners
from mockserver.world.services.directory import directory
from mockserver.world.store import world as world_store

APPROVE = "partner.approve"
"""What is due when an application is approved by itself."""
NOT_ENOUGH = "The application does not say enough about what you do for merchants"
INCOMPLETE = "What was sent in does not show that the integration works"
"""What is said where the operator says nothing else."""


@frozen
class Traveller:
    """A partner with its papers."""

    partner: Partner
    road: Road

    @property
    def stage(self) -> PartnerStage:
        """How far it has come."""
        return self.partner.stage


def apply(tx: Tx, application: Application, lenience: Lenience, approves_after: float | None = None) -> Traveller:
    """A company asks to be a partner; ``approves_after`` (seconds) goes over what the server does.

    Raises Malformed with one violation for each wrong field, also where the company is or has asked to be a partner.
    """
    _check(application, lenience)
    if world_store.partner(tx.connection, application.partner_id) is not None:
        reason = "This company is a partner already, or has applied: go on with the page that its email names"
        raise Malformed([Violation("organisationNumber", reason)])
    partner = Partner(
        id=application.partner_id,
        name=application.name,
        level=PartnerLevel.PARTNER,
        market=application.market,
        email=application.email,
        kinds=application.kinds,
        stage=rules.next_stage(None, RoadAction.APPLY),
    )
    partners.add(tx, partner)
    return _applied(tx, Traveller(partner, _begun(tx, partner)), application, approves_after)


def apply_again(
    tx: Tx, known: Traveller, application: Application, lenience: Lenience, approves_after: float | None = None
) -> Traveller:
    """A company that was declined asks once more; raises IllegalAction, and Malformed as ``apply`` does."""
    stage = rules.next_stage(known.stage, RoadAction.APPLY)
    _check(application, lenience)
    if known.road.application is not None and application.identifier != known.road.application.identifier:
        raise Malformed([Violation("organisationNumber", "Must be the company that applied before")])
    if application.market is not known.partner.market:
        raise Malformed([Violation("market", "Must be the market of the company that applied before")])
    partner = replace(
        known.partner, name=application.name, email=application.email, kinds=application.kinds, stage=stage
    )
    return _applied(tx, Traveller(partner, known.road), application, approves_after)


def _check(application: Application, lenience: Lenience) -> None:
    found = [*violations(application)]
    if not found and not is_registrable(application.identifier):
        reason = f"No number of {application.identifier.scheme}"
        if not lenience.allow(Kindness.CHECK_DIGITS, f"organisationNumber: {reason}"):
            found.append(Violation("organisationNumber", reason))
    if found:
        raise Malformed(found)


def _applied(tx: Tx, known: Traveller, application: Application, approves_after: float | None) -> Traveller:
    seconds = tx.policy.of(RoadPolicy).approves_after if approves_after is None else approves_after
    approves_at = None if seconds is None else tx.at + round(seconds * 1000)
    road = replace(known.road, application=application, approves_at=approves_at)
    kept = _keep(tx, Traveller(known.partner, rules.step(road, RoadAction.APPLY, tx.at)))
    emails.application_received(tx, kept.partner, kept.road)
    if approves_at is not None:
        tx.add_due(Due(approves_at, APPROVE, store.number_of(tx.connection, kept.partner.id)))
    return kept


def find(tx: Tx, partner_id: str) -> Traveller:
    """A partner with its papers, empty ones where the world has brought it; raises NotFound."""
    partner = partners.find(tx, partner_id)
    known = store.of_partner(tx.connection, partner_id)
    return Traveller(partner, known or Road(partner_id, ""))


def begin(tx: Tx, partner_id: str) -> Traveller:
    """The same, with a page of its own from now on."""
    known = find(tx, partner_id)
    return known if known.road.page else Traveller(known.partner, _begun(tx, known.partner))


def behind(tx: Tx, page: str) -> Traveller:
    """The partner whose page this is; raises NotFound."""
    road = store.of_page(tx.connection, page)
    if road is None:
        raise NotFound("There is no such page")
    return Traveller(partners.find(tx, road.partner_id), road)


def _begun(tx: Tx, partner: Partner) -> Road:
    road = Road(partner.id, tx.ids.auth_req_id())
    secrets.learn(tx, road.page)
    store.add(tx.connection, road)
    return road


def approve(tx: Tx, known: Traveller, level: PartnerLevel | None = None) -> Traveller:
    """The platform says yes: access to the test environment, and keys of its own; raises IllegalAction.

    ``level``: None leaves it as it is.
    """
    stage = rules.next_stage(known.stage, RoadAction.APPROVE)
    partner = replace(known.partner, stage=stage, level=level or known.partner.level)
    partner = access.with_keys(tx, partner)
    unit = access.test_unit(tx, partner, known.road)
    road = replace(known.road, test_msn=unit.msn, approves_at=None)
    kept = _keep(tx, Traveller(partner, rules.step(road, RoadAction.APPROVE, tx.at)))
    emails.application_approved(tx, kept.partner, kept.road, unit)
    return kept


def approve_if_due(tx: Tx, number: int) -> None:
    """What time does to an application that is approved by itself."""
    road = store.of_number(tx.connection, number)
    if road is None or road.approves_at is None or road.approves_at > tx.at:
        return
    known = Traveller(partners.find(tx, road.partner_id), road)
    if rules.is_allowed(known.stage, RoadAction.APPROVE):
        approve(tx, known)


def decline(tx: Tx, known: Traveller, reason: str) -> Traveller:
    """The platform says no; raises IllegalAction."""
    road = replace(known.road, approves_at=None)
    return _moved(tx, replace(known, road=road), RoadAction.DECLINE, emails.application_declined, reason)


def fill_in(tx: Tx, known: Traveller, evidence: Evidence) -> Traveller:
    """The company shows more, or something else, but for its pilot; raises IllegalAction, Malformed."""
    rules.check_open(known.stage)
    found = [*shown.violations(evidence)]
    if found:
        raise Malformed(found)
    kept = replace(evidence, pilot=known.road.evidence.pilot)
    return _keep(tx, Traveller(known.partner, replace(known.road, evidence=kept)))


def pilots(tx: Tx, known: Traveller) -> list[SalesUnit]:
    """The sales units that can be a pilot customer's: active, connected to the partner, not its test unit."""
    units = world_store.sales_units_of_partner(tx.connection, known.partner.id)
    return [each for each in units if _may_be_pilot(known, each)]


def _may_be_pilot(known: Traveller, unit: SalesUnit | None) -> bool:
    if unit is None or not unit.active:
        return False
    return unit.partner_id == known.partner.id and unit.msn != known.road.test_msn


def start_pilot(tx: Tx, known: Traveller, msn: str) -> Traveller:
    """One customer begins to use the integration; raises IllegalAction, and Malformed for a unit that cannot be it."""
    rules.next_stage(known.stage, RoadAction.START_PILOT)
    if not known.road.evidence.terms_accepted:
        raise IllegalAction("The partner terms have to be accepted first")
    if not _may_be_pilot(known, directory(tx).unit(tx.connection, msn)):
        raise Malformed(
            [Violation("msn", "Must be an active sales unit of a merchant that is connected to the partner")]
        )
    road = replace(known.road, evidence=replace(known.road.evidence, pilot=msn))
    return _moved(tx, replace(known, road=road), RoadAction.START_PILOT, None, f"MSN {msn}")


def send_in(tx: Tx, known: Traveller) -> Traveller:
    """The company asks to be verified; raises IllegalAction, and Malformed with what is missing."""
    rules.next_stage(known.stage, RoadAction.SEND_IN)
    found = shown.missing(known.road.evidence)
    if found:
        raise Malformed(found)
    return _moved(tx, known, RoadAction.SEND_IN, emails.checklist_received)


def verify(tx: Tx, known: Traveller) -> Traveller:
    """The platform has seen that all is done: merchants can choose the partner from now on; raises IllegalAction."""
    return _moved(tx, known, RoadAction.VERIFY, emails.checklist_verified)


def send_back(tx: Tx, known: Traveller, reason: str) -> Traveller:
    """Something is missing; raises IllegalAction."""
    return _moved(tx, known, RoadAction.SEND_BACK, emails.checklist_sent_back, reason)


def _moved(
    tx: Tx,
    known: Traveller,
    action: RoadAction,
    tell: Callable[[Tx, Partner, Road], None] | None,
    note: str | None = None,
) -> Traveller:
    partner = replace(known.partner, stage=rules.next_stage(known.stage, action))
    kept = _keep(tx, Traveller(partner, rules.step(known.road, action, tx.at, note)))
    if tell is not None:
        tell(tx, kept.partner, kept.road)
    return kept


def _keep(tx: Tx, known: Traveller) -> Traveller:
    partners.save(tx, known.partner)
    if not known.road.page:
        known = replace(known, road=replace(known.road, page=_begun(tx, known.partner).page))
    store.save(tx.connection, known.road)
    return known
