"""Scenario rules about a customer who is picked on the landing page."""

from typing import Any

from mockserver.apis.recurring.domain import links
from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.chosen import AgreementConduct, ChargeConduct
from mockserver.apis.recurring.pages.landing import Visit
from mockserver.apis.recurring.services import conducts
from mockserver.apis.recurring.services.outcomes import DRAFT
from mockserver.core.engine import Tx
from mockserver.scenarios.domain.scenario import Facts, describe
from mockserver.scenarios.rulebook import Match
from mockserver.scenarios.scenarios import Scenarios
from mockserver.web.journal import Entry
from mockserver.web.runtime import Runtime
from mockserver.world.services import world


def apply(runtime: Runtime, tx: Tx, visit: Visit, phone: str) -> None:
    """Let rules that ask for a phone choose how the draft goes whose customer was picked; once for a draft.

    That one did stands in the journal, though the page itself does not.
    """
    agreement, id_ = visit.agreement, visit.stored.id
    if conducts.of_agreement(tx, id_).answer is None:
        found = _match(runtime, tx, agreement, phone, AgreementConduct)
        if found is not None:
            conducts.choose_for_agreement(tx, id_, found)
    initial = agreement.initial_charge
    if initial is not None and conducts.of_charge(tx, initial) is None:
        chosen = _match(runtime, tx, agreement, phone, ChargeConduct)
        if chosen is not None:
            conducts.choose_for_charge(tx, initial, chosen)


def _match(runtime: Runtime, tx: Tx, agreement: Agreement, phone: str, kind: type[Any]) -> Any:
    known = Facts(DRAFT, "recurring", runtime.engine.clock.now())
    known.msn, known.partner = agreement.msn, world.sales_unit(tx, agreement.msn).partner_id
    known.agreement, known.phone = agreement.id, phone
    found = runtime.parts.of(Scenarios).rules.match_choice(known, kind, "phone")
    if found is None:
        return None
    runtime.record(_picked(runtime, agreement, phone, found))
    return found.outcome


def _picked(runtime: Runtime, agreement: Agreement, phone: str, found: Match) -> Entry:
    return Entry(
        number=runtime.journal.next_number(),
        at=runtime.engine.clock.now(),
        method="POST",
        path=links.LANDING,
        query="",
        headers=b"",
        body=b"customer=" + phone.encode(),
        status=200,
        answer=b"",
        duration=0,
        msn=agreement.msn,
        reference=agreement.id,
        scenario=(found.name, describe(found.outcome)),
    )
