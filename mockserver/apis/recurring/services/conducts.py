"""What scenario rules chose for single agreements and charges."""

from dataclasses import replace

from mockserver.apis.recurring.domain.chosen import AgreementConduct, ChargeConduct
from mockserver.core.engine import Tx
from mockserver.scenarios.store import conducts as store

AGREEMENT = "recurring-agreement"
CHARGE = "recurring-charge"
"""What is chosen is stored as these."""


def of_agreement(tx: Tx, id_: int) -> AgreementConduct:
    """What was chosen for the agreement of this number, and whose app was asked for it."""
    return store.get(tx.connection, AGREEMENT, id_, AgreementConduct) or AgreementConduct(None)


def choose_for_agreement(tx: Tx, id_: int, conduct: AgreementConduct) -> None:
    """Let this agreement go as a rule says."""
    store.keep(tx.connection, AGREEMENT, id_, conduct)


def ask(tx: Tx, id_: int, phone: str) -> None:
    """Remember whose app was asked to accept the agreement of this number."""
    store.keep(tx.connection, AGREEMENT, id_, replace(of_agreement(tx, id_), phone=phone))


def of_charge(tx: Tx, id_: int) -> ChargeConduct | None:
    """What was chosen for the charge of this number."""
    return store.get(tx.connection, CHARGE, id_, ChargeConduct)


def choose_for_charge(tx: Tx, id_: int, conduct: ChargeConduct) -> None:
    """Let this charge go as a rule says."""
    store.keep(tx.connection, CHARGE, id_, conduct)
