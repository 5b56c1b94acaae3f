"""Items of a batch of charges."""

from mockserver.apis.recurring.domain.terms import ChargeRequest
from mockserver.core.values import frozen

MOST = 2_000
"""Items of one batch."""


@frozen
class BatchItem:
    """A charge that a merchant wants for the agreement of this id, under the ``key`` of its batch."""

    agreement_id: str
    request: ChargeRequest
    key: str | None = None
