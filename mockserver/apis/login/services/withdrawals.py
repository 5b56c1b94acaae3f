"""A user withdraws a consent, and the merchant is told (Login API guide: revoke consent webhooks)."""

from mockserver.apis.login.domain.logins import CONSENT_REVOKED, Consent
from mockserver.apis.login.services import consents
from mockserver.core.engine import Engine
from mockserver.core.fetching import Errand, Fetch, MerchantUnreachable
from mockserver.core.values import frozen
from mockserver.world.services import world


@frozen
class Withdrawn:
    """The consent that was withdrawn, and what came of telling the merchant; None where nobody wants to know."""

    consent: Consent
    webhook: str | None


async def withdraw(engine: Engine, fetch: Fetch, msn: str, phone: str) -> Withdrawn:
    """Withdraw a user's consent to a unit, and tell the unit's consent webhook, once; raises NotFound."""
    with engine.transaction() as tx:
        consent = consents.withdraw(tx, msn, phone)
        notice = consents.notice(tx, consent)
        url = world.sales_unit(tx, msn).login.consent_webhook_url
    if url is None:
        return Withdrawn(consent, None)
    try:
        answer = await fetch(url, {"Content-Type": "text/plain"}, notice, Errand("login", CONSENT_REVOKED, msn))
    except MerchantUnreachable as error:
        return Withdrawn(consent, f"not delivered: {error}")
    return Withdrawn(consent, f"answered {answer.status}")
