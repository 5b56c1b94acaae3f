"""What users agreed to share with units by login."""

from mockserver.apis.login.domain.logins import CONSENT_REVOKED, Consent
from mockserver.apis.login.store import logins as store
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound

_NOTICE_LIFETIME = 300
"""Seconds."""


def given(tx: Tx, *, msn: str | None = None, phone: str | None = None, limit: int = 1000) -> list[Consent]:
    """Consents by unit and user, of one of them when asked."""
    return store.consents(tx.connection, msn=msn, phone=phone, limit=limit)


def find(tx: Tx, msn: str, phone: str) -> Consent:
    """A user's consent to a unit; raises NotFound."""
    consent = store.consent(tx.connection, msn, phone)
    if consent is None:
        raise NotFound(f"{phone[:20]} has given no consent to {msn[:20]}")
    return consent


def withdraw(tx: Tx, msn: str, phone: str) -> Consent:
    """Forget a consent: tokens of its logins end, and the next login asks again; raises NotFound.

    Profiles that were shared with payments stay readable for their time.
    """
    consent = find(tx, msn, phone)
    store.remove_consent(tx.connection, msn, phone)
    store.revoke_grants(tx.connection, msn, phone)
    return consent


def notice(tx: Tx, consent: Consent) -> bytes:
    """What the merchant is told of a withdrawal: an unsigned JWT, as text."""
    from mockserver.apis.login.services.keys import unsigned

    now = tx.token_at // 1000
    content = {
        "exp": now + _NOTICE_LIFETIME,
        "iat": now,
        "nbf": now,
        "sub": consent.sub,
        "event": CONSENT_REVOKED,
    }
    return unsigned(content).encode()
