"""A user withdraws a consent, and the merchant is told (Login API guide: revoke consent webhooks)."""

from typing import Final

from mockserver.domain.logins import CONSENT_REVOKED, Consent
from mockserver.services import consents, world
from mockserver.services.engine import Engine
from mockserver.services.shipping import MerchantUnreachable, Teller
from mockserver.values import frozen

SOURCE: Final = ("login", CONSENT_REVOKED)
"""How the journal calls the request to the merchant: its API and operation."""


@frozen
class Withdrawn:
    """The consent that was withdrawn, and what came of telling the merchant; None where nobody wants to know."""

    consent: Consent
    webhook: str | None


async def withdraw(engine: Engine, tell: Teller, msn: str, phone: str) -> Withdrawn:
    """Withdraw a user's consent to a unit, and tell the unit's consent webhook, once; raises NotFound."""
    with engine.transaction() as tx:
        consent = consents.withdraw(tx, msn, phone)
        notice = consents.notice(tx, consent)
        url = world.sales_unit(tx, msn).login.consent_webhook_url
    if url is None:
        return Withdrawn(consent, None)
    try:
        answer = await tell(url, {"Content-Type": "text/plain"}, notice, SOURCE)
    except MerchantUnreachable as error:
        return Withdrawn(consent, f"not delivered: {error}")
    return Withdrawn(consent, f"answered {answer.status}")
