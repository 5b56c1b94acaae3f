"""Scenario rules about a customer who is picked on the landing page."""

from mockserver.apis.epayment.domain import links
from mockserver.apis.epayment.domain.payment import Payment
from mockserver.scenarios.domain.scenario import Facts, describe
from mockserver.scenarios.scenarios import Scenarios
from mockserver.web.journal import Entry
from mockserver.web.runtime import Runtime
from mockserver.world.domain.conduct import Conduct


def conduct_on_page(runtime: Runtime, payment: Payment, partner: str | None, phone: str) -> Conduct | None:
    """What a rule that asks for a phone chooses for a payment whose customer was picked on the landing page.

    That it did stands in the journal, though the page itself does not.
    """
    known = Facts("createPayment", "epayment", runtime.engine.clock.now())
    known.msn, known.partner, known.reference = payment.msn, partner, payment.reference
    known.phone = phone
    known.amount = payment.amount
    found = runtime.parts.of(Scenarios).rules.match_choice(known, Conduct, "phone")
    if found is None or not isinstance(found.outcome, Conduct):
        return None
    runtime.record(_picked(runtime, payment, phone, (found.name, describe(found.outcome))))
    return found.outcome


def _picked(runtime: Runtime, payment: Payment, phone: str, scenario: tuple[str, str]) -> Entry:
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
        msn=payment.msn,
        reference=payment.reference,
        scenario=scenario,
    )
