"""Agreements and charges with the numbers that they are stored under."""

from typing import NamedTuple

from mockserver.apis.recurring.domain.agreement import Agreement
from mockserver.apis.recurring.domain.charge import Charge


class StoredAgreement(NamedTuple):
    """An agreement with the number it is stored under."""

    id: int
    agreement: Agreement


class StoredCharge(NamedTuple):
    """A charge with the number it is stored under."""

    id: int
    charge: Charge
