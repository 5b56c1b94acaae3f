"""Profiles that customers share with payments, for a week."""

from typing import Any

from mockserver.core.digests import digest
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.profile import SHARED_FOR, claims, expired
from mockserver.world.services import world
from mockserver.world.store import profiles as store


def asked(tx: Tx, msn: str, customer: Customer, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a payment's scopes that its customer has not agreed to share with this unit in the last 168 hours."""
    return _unknown(tx, _until(tx, msn, customer.subject(msn)), scopes) if scopes else ()


def share(tx: Tx, msn: str, phone: str, sub: str, scopes: tuple[str, ...]) -> None:
    """Keep what a customer shares with a payment: each scope can be read for 168 hours from its consent.

    Nobody is asked again within these, so another payment does not make them longer.
    """
    before = _until(tx, msn, sub)
    agreed = _unknown(tx, before, scopes)
    if agreed:
        store.save_profile(tx.connection, sub, msn, phone, before | dict.fromkeys(agreed, tx.at + SHARED_FOR))


def _until(tx: Tx, msn: str, sub: str) -> dict[str, int]:
    known = store.profile(tx.connection, sub, msn)
    return known[1] if known else {}


def _unknown(tx: Tx, until: dict[str, int], scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if tx.at >= until.get(scope, 0))


def read(tx: Tx, msn: str, sub: str) -> dict[str, Any]:
    """The claims behind a ``sub`` that a unit got with a payment, ``[Expired]`` what is too old; raises NotFound."""
    known = store.profile(tx.connection, sub, msn)
    customer = world.customer(tx, known[0]) if known else None
    if known is None or customer is None:
        raise NotFound("There is no user with this sub")
    fresh = tuple(scope for scope, until in known[1].items() if tx.at < until)
    stale = tuple(scope for scope in known[1] if scope not in fresh)
    old: dict[str, Any] = expired(claims(customer, stale))
    return {"sub": sub, "sid": digest(f"{msn} {sub}".encode()).hex()[:16]} | old | claims(customer, fresh)
