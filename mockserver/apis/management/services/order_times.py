"""What time does to orders and agreements. Apart from them, since they are much to import and most starts meet none."""

from mockserver.core.engine import DueHandler, Tx

EXPIRE = "order.expire"
ACT = "order.act"
PROCESS = "order.process"
AGREEMENT = "agreement.process"


def _expire(tx: Tx, number: int) -> None:
    from mockserver.apis.management.services import orders

    orders.expire_if_due(tx, number)


def _act(tx: Tx, number: int) -> None:
    from mockserver.apis.management.services import onboarding

    onboarding.act(tx, number)


def _process(tx: Tx, number: int) -> None:
    from mockserver.apis.management.services import onboarding

    onboarding.process(tx, number)


def _process_agreement(tx: Tx, number: int) -> None:
    from mockserver.apis.management.services import onboarding

    onboarding.process_agreement(tx, number)


HANDLERS: dict[str, DueHandler] = {EXPIRE: _expire, ACT: _act, PROCESS: _process, AGREEMENT: _process_agreement}
"""By the kind of what is due."""
