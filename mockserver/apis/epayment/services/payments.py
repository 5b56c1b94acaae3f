"""Payments, from the merchant's side and from time's: create, look up, capture, cancel, refund, expire."""

from mockserver.apis.epayment.domain import payment as rules
from mockserver.apis.epayment.domain import terms as term_rules
from mockserver.apis.epayment.domain.approval import check_age
from mockserver.apis.epayment.domain.payment import (
    Change,
    Event,
    EventName,
    LoggedEvent,
    Payment,
    State,
    StoredPayment,
)
from mockserver.apis.epayment.domain.receipt import Receipt, forgivable_flaws
from mockserver.apis.epayment.domain.terms import Terms, UserFlow
from mockserver.apis.epayment.services import events, payers
from mockserver.apis.epayment.store import payments as store
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, DomainError, Malformed, NotFound
from mockserver.core.money import Amount, Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.schedule import Due
from mockserver.core.urls import UrlKind, classify, flaw
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.services import customers, profiles
from mockserver.world.services.directory import directory

EXPIRE = "payment.expire"
SETTLE = "payment.settle"
RELEASE = "payment.release"
MOST_DECLINES = 10
"""Failed attempts that are shown beside a payment; its event log has them all."""


def create(
    tx: Tx, unit: SalesUnit, merchant: Merchant, terms: Terms, lenience: Lenience, key: str | None
) -> StoredPayment:
    """A new payment for this unit, under its idempotency ``key``.

    Raises DomainError, Malformed or Forbidden as the rules say, 4150 when the unit used the reference before.
    """
    term_rules.check(terms, unit, merchant, tx.policy, tx.at)
    _check_urls(terms, lenience)
    if terms.receipt is not None:
        _check_receipt(terms.receipt, lenience)
    if terms.user_flow is UserFlow.PUSH_MESSAGE:
        _check_named(tx, terms, merchant.market, lenience)
    change = rules.create(terms, unit.msn, tx.ids.psp_reference(), tx.ids.secret(), tx.at)
    id_ = store.insert(tx.connection, change.payment, terms, key)
    if id_ is None:
        raise DomainError(Code.REFERENCE_EXISTS, "The sales unit has used this reference before", "reference")
    for event in change.events:
        events.tell(tx, change.payment, LoggedEvent(event, tx.at, change.payment.psp_reference, key))
    tx.add_due(Due(change.payment.expires_at, EXPIRE, id_))
    return StoredPayment(id_, change.payment)


def _check_urls(terms: Terms, lenience: Lenience) -> None:
    if terms.return_url is not None:
        check_url(terms.return_url, "returnUrl", lenience, app=True)
    if terms.receipt_url is not None:
        check_url(terms.receipt_url, "receiptUrl", lenience, app=True)
    if terms.express is not None and terms.express.dynamic is not None:
        check_url(
            terms.express.dynamic.callback_url,
            "shipping.dynamicOptions.callbackUrl",
            lenience,
            app=False,
        )
    if terms.legal_links is not None:
        links = (
            ("termsOfSaleUrl", terms.legal_links.terms_of_sale),
            ("privacyPolicyUrl", terms.legal_links.privacy_policy),
        )
        for name, url in links:
            if url is not None:
                check_url(url, f"merchantLegalLinks.{name}", lenience, app=False)


def check_url(url: str, field: str, lenience: Lenience, *, app: bool) -> None:
    """Raise DomainError 4090 for a URL that is not taken; ``app``: whether a custom scheme may be."""
    kind = classify(url)
    if kind is UrlKind.PUBLIC or (kind is UrlKind.APP and app):
        return
    shown = url[:100]
    if kind is UrlKind.LOCAL and lenience.allow(Kindness.LOCAL_URLS, f"{field} {shown} is not a public https address"):
        return
    if kind is UrlKind.BARE and app and lenience.allow(Kindness.URL_WITHOUT_SCHEME, f"{field} {shown} has no scheme"):
        return
    raise DomainError(Code.INVALID_URL, flaw(url, app=app) or "Must be a valid URL", field)


def _check_receipt(receipt: Receipt, lenience: Lenience) -> None:
    refused = [
        violation
        for violation in forgivable_flaws(receipt)
        if not lenience.allow(Kindness.RECEIPT_ARITHMETIC, f"{violation.field}: {violation.reason}")
    ]
    if refused:
        raise Malformed(refused)


def find(tx: Tx, msn: str, reference: str) -> StoredPayment:
    """The unit's payment of this reference; raises DomainError 5090 (404)."""
    stored = store.find(tx.connection, msn, reference)
    if stored is None:
        raise DomainError(Code.REFERENCE_NOT_FOUND, "The sales unit has no payment with this reference")
    return stored


def find_with_metadata(tx: Tx, msn: str, reference: str) -> tuple[StoredPayment, str | None]:
    """The unit's payment of this reference, and its metadata as JSON text; raises DomainError 5090 (404)."""
    found = store.find_with_metadata(tx.connection, msn, reference)
    if found is None:
        raise DomainError(Code.REFERENCE_NOT_FOUND, "The sales unit has no payment with this reference")
    return found


def by_token(tx: Tx, token: str) -> StoredPayment:
    """The payment that a landing page token belongs to; raises NotFound."""
    number, _, secret = token.partition(".")
    stored = store.get(tx.connection, int(number, 16)) if _is_number(number) else None
    if stored is None or stored.payment.secret != secret:
        raise NotFound("There is no payment with this token")
    return stored


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and all(digit in "0123456789abcdef" for digit in text)


def by_id(tx: Tx, id_: int) -> StoredPayment | None:
    """The payment of this number, if there is one."""
    return store.get(tx.connection, id_)


def token_of(stored: StoredPayment) -> str:
    """The landing page's token: it names one payment and cannot be guessed."""
    return f"{stored.id:x}.{stored.payment.secret}"


def terms_of(tx: Tx, stored: StoredPayment) -> Terms:
    """What the payment's createPayment request fixed."""
    return store.terms(tx.connection, stored.id)


def events_of(tx: Tx, stored: StoredPayment) -> list[LoggedEvent]:
    """The payment's event log, oldest first."""
    return store.events(tx.connection, stored)


def declines_of(tx: Tx, stored: StoredPayment) -> list[LoggedEvent]:
    """The latest attempts to pay that failed, oldest first."""
    return store.declines(tx.connection, stored.id, MOST_DECLINES)


def newest(
    tx: Tx, *, msn: str | None = None, state: State | None = None, reference: str | None = None, limit: int
) -> list[StoredPayment]:
    """The latest payments first, of one unit, in one state or with one reference when asked."""
    return list(store.newest(tx.connection, msn=msn, state=state, reference=reference, limit=limit))


def capture(tx: Tx, unit: SalesUnit, reference: str, amount: Amount, key: str | None) -> Payment:
    """Take reserved money; raises DomainError as the state machine says."""
    stored = find(tx, unit.msn, reference)
    return apply(tx, stored, rules.capture(stored.payment, amount, unit.configuration, tx.at), key)


def cancel(tx: Tx, unit: SalesUnit, reference: str, key: str | None, *, transaction_only: bool) -> Payment:
    """Terminate before approval, release the uncaptured rest after it."""
    stored = find(tx, unit.msn, reference)
    change = rules.cancel(stored.payment, tx.at, transaction_only=transaction_only)
    return apply(tx, stored, change, key)


def refund(tx: Tx, unit: SalesUnit, reference: str, amount: Amount, key: str | None) -> Payment:
    """Give back captured money; a refund that fails in processing is an event too."""
    stored = find(tx, unit.msn, reference)
    change = rules.refund(stored.payment, amount, tx.at, magic=tx.policy.test_tools)
    return apply(tx, stored, change, key)


def apply(tx: Tx, stored: StoredPayment, change: Change, key: str | None = None) -> Payment:
    """Store what an action did: the payment, its events, what is due. Raises the change's refusal after that."""
    before, after = stored.payment, change.payment
    if after != before:
        payers.forget(tx, after.msn, after.reference)
        store.update(tx.connection, stored.id, after)
        reschedule(tx, stored.id, before, after)
    for event in change.events:
        logged = LoggedEvent(event, tx.at, tx.ids.psp_reference(), _key_of(tx, stored.id, event, key))
        store.append_event(tx.connection, stored.id, logged)
        events.tell(tx, after, logged)
    if change.refusal is not None:
        raise change.refusal
    return after


def _key_of(tx: Tx, id_: int, event: Event, key: str | None) -> str | None:
    """The key that an event shows: an approval that of the create, a cancellation none, others their request's."""
    match event.name:
        case EventName.AUTHORIZED:
            return store.key(tx.connection, id_)
        case EventName.CANCELLED | EventName.TERMINATED:
            return None
        case _:
            return key


def reschedule(tx: Tx, id_: int, before: Payment, after: Payment) -> None:
    """Keep the one thing that is due for a payment in step with where it stands."""
    old, new = _due(id_, before), _due(id_, after)
    if old == new:
        return
    if old is not None:
        tx.remove_due(old)
    if new is not None:
        tx.add_due(new)


def _due(id_: int, payment: Payment) -> Due | None:
    if payment.state is State.CREATED:
        if payment.processing_until is not None:
            return Due(payment.processing_until, SETTLE, id_)
        return Due(payment.expires_at, EXPIRE, id_)
    if payment.uncaptured and payment.capture_deadline is not None:
        return Due(payment.capture_deadline, RELEASE, id_)
    return None


def expire_unanswered(tx: Tx, id_: int) -> None:
    """What time does to a payment that nobody approved."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.payment.state is State.CREATED:
        apply(tx, stored, rules.expire(stored.payment))


def settle(tx: Tx, id_: int) -> None:
    """What time does to one that was approved with its result unknown."""
    stored = store.get(tx.connection, id_)
    if stored is None or stored.payment.approval is None or stored.payment.state is not State.CREATED:
        return
    unit = directory(tx).unit(tx.connection, stored.payment.msn)
    if unit is not None:
        merchant = directory(tx).merchant_of(tx.connection, unit)
        apply(
            tx,
            stored,
            rules.approve(stored.payment, stored.payment.approval, merchant.market, unit.configuration, tx.at),
        )
        approval = stored.payment.approval
        if approval.subject is not None:
            profiles.share(tx, unit.msn, approval.phone, approval.subject, terms_of(tx, stored).scopes)


def release_uncaptured(tx: Tx, id_: int) -> None:
    """What time does to what was reserved and not captured."""
    stored = store.get(tx.connection, id_)
    if stored is not None and stored.payment.uncaptured:
        apply(tx, stored, rules.release(stored.payment))


def _check_named(tx: Tx, terms: Terms, market: Market, lenience: Lenience) -> None:
    """Refuse a payment whose named customer does not exist (7010, 4050) or is too young (7010)."""
    if terms.customer is not None:
        check_age(terms, customers.resolve(tx, terms.customer, market, lenience), tx.at)
