"""One attempt to charge a customer: what the bank makes of it, and the charge after that."""

from mockserver.apis.recurring.domain import attempts as bank
from mockserver.apis.recurring.domain import charge as rules
from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.attempts import Pending, Verdict
from mockserver.apis.recurring.domain.charge import StoredCharge
from mockserver.apis.recurring.services import conducts, ledger
from mockserver.core.engine import Tx
from mockserver.world.services import world


def judged(tx: Tx, agreement: Agreement, stored: StoredCharge) -> Verdict:
    """What the bank makes of an attempt now, whose agreement has its customer."""
    customer = world.customer(tx, agreement.customer) if agreement.customer is not None else None
    market = ledger.market_of(tx, stored.charge)
    chosen = conducts.of_charge(tx, stored.id)
    return bank.judge(agreement, stored.charge, customer, chosen, market, tx.policy)


def carry_out(tx: Tx, stored: StoredCharge, verdict: Verdict) -> StoredCharge:
    """Let an attempt end so."""
    charge, market = stored.charge, ledger.market_of(tx, stored.charge)
    if isinstance(verdict, Pending):
        until = tx.at + round(verdict.seconds * 1000)
        return ledger.apply(tx, stored, rules.process(charge, until, ledger.transaction_id(tx)))
    if verdict is not None:
        return ledger.apply(tx, stored, rules.fail(charge, verdict, market, tx.at))
    late = world.sales_unit(tx, charge.msn).configuration.late_capture_allowed
    change = rules.succeed(charge, market, ledger.transaction_id(tx), tx.at, late=late)
    return ledger.apply(tx, stored, change)
