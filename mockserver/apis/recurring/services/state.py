"""Agreements, charges and batches in state files."""

from typing import Any, Final

from mockserver.apis.recurring.domain import agreement as agreement_rules
from mockserver.apis.recurring.domain import charge as charge_rules
from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.apis.recurring.domain.charge import Charge, ChargeEventName
from mockserver.apis.recurring.domain.chosen import AgreementConduct, ChargeConduct
from mockserver.apis.recurring.services.conducts import AGREEMENT, CHARGE
from mockserver.apis.recurring.store import agreements, charges
from mockserver.core.stored import Flaws, Kind, Part, Place, flag, missing, plain, repeated, value
from mockserver.core.urls import kept_flaw
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import LONGEST_DELAY
from mockserver.world.stored import People


@frozen
class AgreementEntry:
    """An agreement under its number."""

    id: int
    agreement: Agreement


@frozen
class ChargeEventEntry:
    """Something that happened to a charge."""

    number: int
    name: ChargeEventName
    amount: int
    at: int
    success: bool
    key: str
    transaction_id: str | None = None


@frozen
class ChargeEntry:
    """A charge under its number, with its history."""

    id: int
    charge: Charge
    history: tuple[ChargeEventEntry, ...] = ()


@frozen
class BatchEntry:
    """An item of a batch that waits to become a charge of this unit; ``batch`` is the number of its first one."""

    id: int
    batch: int
    msn: str
    item: BatchItem


def _flaws(state: Any, known: People) -> Flaws:
    by_number = {each.id: each.agreement for each in state.agreements}
    charged = {each.id: each.charge for each in state.charges}
    for index, each in enumerate(state.agreements):
        yield from _agreement(("agreements", index, "agreement"), each.agreement, charged, known)
    for index, each in enumerate(state.charges):
        yield from _charge(("charges", index), each, by_number, known)
    for index, each in enumerate(state.charge_batch_items):
        yield from missing(("charge_batch_items", index, "msn"), "sales unit", each.msn, known.units)
    yield from repeated("agreements", [each.agreement.id for each in state.agreements], "id")
    yield from repeated("charges", [(each.charge.msn, each.charge.id) for each in state.charges], "id")
    for index, conduct in enumerate(state.conducts):
        yield from _chosen(("conducts", index), conduct, by_number, charged)


def _agreement(place: Place, agreement: Agreement, charged: dict[int, Charge], known: People) -> Flaws:
    yield from missing((*place, "msn"), "sales unit", agreement.msn, known.units)
    yield from missing((*place, "customer"), "customer", agreement.customer, known.phones)
    yield from missing((*place, "initial_charge"), "charge", agreement.initial_charge, charged)
    if found := agreement_rules.flaw(agreement):
        yield place, found
    for name in ("redirect_url", "agreement_url"):
        url = getattr(agreement, name)
        if url is not None and not agreement.is_app and (wrong := kept_flaw(url)):
            yield (*place, name), wrong


def _charge(place: Place, entry: ChargeEntry, agreements: dict[int, Agreement], known: People) -> Flaws:
    charge = entry.charge
    yield from missing((*place, "charge", "msn"), "sales unit", charge.msn, known.units)
    yield from missing((*place, "charge", "agreement"), "agreement", charge.agreement, agreements)
    owner = agreements.get(charge.agreement)
    if owner is not None and (owner.id, owner.msn) != (charge.agreement_id, charge.msn):
        yield (*place, "charge", "agreement_id"), "and msn must be those of the agreement"
    if found := charge_rules.flaw(charge):
        yield (*place, "charge"), found
    for index, event in enumerate(entry.history):
        if event.number != index:
            yield (*place, "history", index, "number"), f"must be {index}"


def _chosen(place: Place, entry: Any, agreements: dict[int, Agreement], charged: dict[int, Charge]) -> Flaws:
    chosen = entry.chosen
    if isinstance(chosen, AgreementConduct):
        yield from missing((*place, "key"), "agreement", entry.key, agreements)
        delay = chosen.delay
    elif isinstance(chosen, ChargeConduct):
        yield from missing((*place, "key"), "charge", entry.key, charged)
        delay = chosen.pending
    else:
        return
    if not 0 <= delay <= LONGEST_DELAY:
        yield (*place, "chosen"), f"must have times of 0 to {LONGEST_DELAY} seconds"


PART: Final = Part(
    kinds=(
        Kind(
            "agreements",
            "agreements",
            "id",
            (*plain("id"), value("agreement", Agreement)),
            {
                "agreement_id": lambda entry: entry.agreement.id,
                "msn": lambda entry: entry.agreement.msn,
                "status": lambda entry: entry.agreement.status,
                "phone": lambda entry: agreements.phone(entry.agreement),
                "created_at": lambda entry: entry.agreement.created_at,
            },
            entry=AgreementEntry,
            later=True,
        ),
        Kind(
            "charges",
            "charges",
            "id",
            (*plain("id"), value("charge", Charge)),
            {
                "charge_id": lambda entry: entry.charge.id,
                "msn": lambda entry: entry.charge.msn,
                "agreement": lambda entry: entry.charge.agreement,
                "state": lambda entry: entry.charge.state,
                "day": lambda entry: entry.charge.due.isoformat(),
                "amount": lambda entry: entry.charge.amount,
                "counted": lambda entry: charges.counts(entry.charge),
            },
            entry=ChargeEntry,
            later=True,
        ),
        Kind(
            "history",
            "charge_events",
            "charge, number",
            (*plain("number", "name", "amount", "at", "key", "transaction_id"), flag("success")),
            inside=("charges", "charge"),
        ),
        Kind(
            "charge_batch_items",
            "charge_batch_items",
            "id",
            (*plain("id", "batch", "msn"), value("item", BatchItem)),
            entry=BatchEntry,
            later=True,
        ),
    ),
    flaws=_flaws,
    chosen={AGREEMENT: AgreementConduct, CHARGE: ChargeConduct},
)
