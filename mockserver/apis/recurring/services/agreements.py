"""Agreements, but for their acceptance: draft, look up, change, reject, stop, expire."""

import re
from dataclasses import replace
from typing import Final

from mockserver.apis.recurring.domain import agreement as machine
from mockserver.apis.recurring.domain import charge as charge_rules
from mockserver.apis.recurring.domain import dates, terms
from mockserver.apis.recurring.domain.agreement import LIFETIME, Actor, Agreement, Status, StoredAgreement
from mockserver.apis.recurring.domain.charge import Charge, State, StoredCharge, Type
from mockserver.apis.recurring.domain.events import AgreementEvent
from mockserver.apis.recurring.domain.pricing import choose_maximum
from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.apis.recurring.domain.terms import Draft, InitialCharge, Update
from mockserver.apis.recurring.services import events, ledger
from mockserver.apis.recurring.store import agreements as store
from mockserver.apis.recurring.store import charges as charge_store
from mockserver.core.engine import Tx
from mockserver.core.errors import DomainError, IllegalAction, NotFound
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.schedule import Due
from mockserver.core.urls import UrlKind, classify, flaw
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.services import world

EXPIRE = "recurring.expire"
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}", re.ASCII)
_RANDOM = 7
"""Characters of an id that the platform makes up."""


@frozen
class Drafted:
    """A new agreement, and the id of its initial charge, if it has one."""

    stored: StoredAgreement
    charge_id: str | None


def draft(
    tx: Tx, unit: SalesUnit, merchant: Merchant, wanted: Draft, lenience: Lenience, key: str | None = None
) -> Drafted:
    """A new agreement that waits for its customer, under its idempotency ``key``.

    Raises NamedRefusal or Forbidden as the rules say, conflict (409) when the unit has used the orderId before.
    """
    terms.check_unit(unit, merchant)
    terms.check_draft(wanted, unit, merchant.market, tx.at)
    _check_urls(wanted, lenience)
    if wanted.initial_charge is not None:
        _check_initial(tx, wanted.initial_charge, unit)
    if wanted.skip_landing_page and wanted.phone is not None:
        _check_user(tx, wanted.phone, merchant, lenience)
    stored = store.insert(tx.connection, _new(tx, unit, wanted))
    tx.add_due(Due(stored.agreement.expires_at, EXPIRE, stored.id))
    if wanted.initial_charge is None:
        return Drafted(stored, None)
    return _with_initial(tx, stored, wanted.initial_charge, merchant, key)


def _check_user(tx: Tx, phone: str, merchant: Merchant, lenience: Lenience) -> None:
    try:
        world.customer_for(tx, phone, merchant.market, lenience)
    except DomainError as error:
        raise refused(Problem.VALIDATION, "Invalid phone number", "phoneNumber", error.detail) from None


def _new(tx: Tx, unit: SalesUnit, wanted: Draft) -> Agreement:
    return Agreement(
        id=_free_id(tx),
        uuid=tx.ids.guid(),
        msn=unit.msn,
        secret=tx.ids.secret(),
        status=Status.PENDING,
        pricing=wanted.pricing,
        product_name=wanted.product_name,
        redirect_url=wanted.redirect_url,
        created_at=tx.at,
        expires_at=tx.at + LIFETIME,
        product_description=wanted.product_description,
        agreement_url=wanted.agreement_url,
        interval=wanted.interval,
        campaign=wanted.campaign,
        external_id=wanted.external_id,
        scopes=wanted.scopes,
        is_app=wanted.is_app,
        skip_landing_page=wanted.skip_landing_page,
        no_commercial=wanted.no_commercial,
        asked=wanted.phone,
    )


def _free_id(tx: Tx) -> str:
    while store.find(tx.connection, made := f"agr_{tx.ids.characters(_RANDOM)}") is not None:
        pass
    return made


def free_charge_id(tx: Tx, msn: str) -> str:
    """An id that no charge of this unit has."""
    while charge_store.find(tx.connection, msn, made := f"chr-{tx.ids.characters(_RANDOM)}") is not None:
        pass
    return made


def _check_initial(tx: Tx, initial: InitialCharge, unit: SalesUnit) -> None:
    terms.check_transaction(initial.transaction_type, unit.configuration, "initialCharge.transactionType")
    if initial.order_id is not None:
        _check_order_id(tx, unit.msn, initial.order_id, "initialCharge.orderId")


def _check_order_id(tx: Tx, msn: str, order_id: str, field: str) -> None:
    """Raise NamedRefusal conflict for an orderId that this unit has used before."""
    if charge_store.find(tx.connection, msn, order_id) is not None:
        raise taken(order_id, field)


def taken(order_id: str, field: str = "orderId") -> Exception:
    """The refusal of an orderId that the unit has used before."""
    return refused(Problem.CONFLICT, f"The orderId {order_id} is already in use", field, "Is already in use")


def _with_initial(
    tx: Tx, stored: StoredAgreement, wanted: InitialCharge, merchant: Merchant, key: str | None
) -> Drafted:
    agreement = stored.agreement
    charge = Charge(
        id=wanted.order_id or free_charge_id(tx, agreement.msn),
        msn=agreement.msn,
        agreement=stored.id,
        agreement_id=agreement.id,
        amount=wanted.amount,
        currency=agreement.pricing.currency,
        description=wanted.description,
        type=Type.INITIAL,
        transaction_type=wanted.transaction_type,
        due=dates.local_day(tx.at, merchant.market),
        retry_days=0,
        state=State.PENDING,
        created_at=tx.at,
        external_id=wanted.external_id,
    )
    made = ledger.begin(tx, charge, key)
    if made is None:
        raise LookupError(f"the id {charge.id} was free a moment ago")
    return Drafted(save(tx, stored, replace(agreement, initial_charge=made.id)), charge.id)


def _check_urls(wanted: Draft, lenience: Lenience) -> None:
    if wanted.is_app:
        return
    check_url(wanted.redirect_url, "merchantRedirectUrl", lenience, app=True)
    if wanted.agreement_url is not None:
        check_url(wanted.agreement_url, "merchantAgreementUrl", lenience, app=False)


def check_url(url: str, field: str, lenience: Lenience, *, app: bool) -> None:
    """Raise NamedRefusal for a URL that is not taken; ``app``: whether an app's own scheme may be."""
    kind, shown = classify(url), url[:100]
    if kind is UrlKind.PUBLIC or (kind is UrlKind.APP and app):
        return
    if kind is UrlKind.LOCAL and lenience.allow(Kindness.LOCAL_URLS, f"{field} {shown} is not a public https address"):
        return
    raise invalid(field, flaw(url, app=app) or "Must be a valid URL")


def find(tx: Tx, msn: str, agreement_id: str) -> StoredAgreement:
    """The unit's agreement with this id; raises NamedRefusal resource-not-found, or invalid-agreement-id."""
    if not _ID.fullmatch(agreement_id):
        raise refused(Problem.INVALID_AGREEMENT_ID, "The agreement id is not valid", "agreementId")
    stored = store.find(tx.connection, agreement_id)
    if stored is None or stored.agreement.msn != msn:
        raise refused(Problem.NOT_FOUND, "Agreement not found.")
    return stored


def by_name(tx: Tx, agreement_id: str) -> StoredAgreement:
    """The agreement with this id, whoever's it is; raises NotFound."""
    stored = store.find(tx.connection, agreement_id)
    if stored is None:
        raise NotFound(f"There is no agreement {agreement_id[:50]}")
    return stored


def by_id(tx: Tx, id_: int) -> StoredAgreement | None:
    """The agreement of this number, if there is one."""
    return store.get(tx.connection, id_)


def by_token(tx: Tx, token: str) -> StoredAgreement:
    """The agreement that a landing page's token belongs to; raises NotFound."""
    number, _, secret = token.partition(".")
    stored = store.get(tx.connection, int(number, 16)) if _is_number(number) else None
    if stored is None or stored.agreement.secret != secret:
        raise NotFound("There is no agreement with this token")
    return stored


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 12 and all(digit in "0123456789abcdef" for digit in text)


def token_of(stored: StoredAgreement) -> str:
    """The landing page's token: it names one agreement and cannot be guessed."""
    return f"{stored.id:x}.{stored.agreement.secret}"


def page(tx: Tx, msn: str, status: Status, *, after: int | None, number: int, size: int) -> list[StoredAgreement]:
    """Agreements of a unit in one status, the oldest first: page ``number`` (1 is the first) of ``size`` each.

    ``after``: only those that were made later, in milliseconds since 1970 (UTC).
    """
    return store.page(tx.connection, msn, status, after, size, (number - 1) * size)


def newest(
    tx: Tx, *, msn: str | None = None, status: Status | None = None, phone: str | None = None, limit: int = 100
) -> list[StoredAgreement]:
    """The latest agreements first, of one unit, in one status or of one customer when asked."""
    return store.newest(tx.connection, msn=msn, status=status, phone=phone, limit=limit)


def of_customer(tx: Tx, phone: str, status: Status) -> list[StoredAgreement]:
    """A customer's agreements in one status, the latest first: PENDING ones are those that wait in the app."""
    return store.of_phone(tx.connection, phone, status)


def waiting_by_phone(tx: Tx) -> list[tuple[str, int]]:
    """How many drafts wait for each number that one names."""
    return store.waiting_by_phone(tx.connection)


def initial_of(tx: Tx, stored: StoredAgreement) -> StoredCharge | None:
    """The initial charge of an agreement, if it has one."""
    number = stored.agreement.initial_charge
    return None if number is None else charge_store.get(tx.connection, number)


def is_processing(tx: Tx, stored: StoredAgreement) -> bool:
    """Whether the result of its initial charge is not known yet."""
    initial = initial_of(tx, stored)
    return initial is not None and initial.charge.state is State.PROCESSING


def check_not_processing(tx: Tx, stored: StoredAgreement) -> None:
    """Raise IllegalAction while the result of its initial charge is not known."""
    if is_processing(tx, stored):
        raise IllegalAction("The initial charge of the agreement is being processed")


def save(tx: Tx, stored: StoredAgreement, after: Agreement) -> StoredAgreement:
    """Store where an agreement stands now."""
    if after != stored.agreement:
        store.update(tx.connection, stored.id, after)
    return StoredAgreement(stored.id, after)


def update(
    tx: Tx, unit: SalesUnit, merchant: Merchant, agreement_id: str, wanted: Update, lenience: Lenience
) -> StoredAgreement:
    """Change an ACTIVE agreement; raises NamedRefusal, and then nothing has changed."""
    terms.check_unit(unit, merchant)
    stored = find(tx, unit.msn, agreement_id)
    after = terms.updated(stored.agreement, wanted)
    if wanted.agreement_url is not None:
        check_url(wanted.agreement_url, "merchantAgreementUrl", lenience, app=False)
    return save(tx, stored, after)


def stop_by_merchant(tx: Tx, unit: SalesUnit, merchant: Merchant, agreement_id: str) -> StoredAgreement:
    """The merchant stops an agreement; raises NamedRefusal illegal-agreement-update when it is not ACTIVE."""
    terms.check_unit(unit, merchant)
    stored = find(tx, unit.msn, agreement_id)
    terms.check_active(stored.agreement)
    return stop(tx, stored, Actor.MERCHANT)


def stop(tx: Tx, stored: StoredAgreement, actor: Actor) -> StoredAgreement:
    """Stop an ACTIVE agreement for good, and cancel its charges; raises IllegalAction when it is not ACTIVE.

    Only a stop by the merchant cancels what is RESERVED: else the merchant captures or cancels that.
    """
    if actor is Actor.USER and not world.sales_unit(tx, stored.agreement.msn).configuration.customer_stop_allowed:
        raise IllegalAction("The merchant does not let its customers stop agreements in the app")
    after = save(tx, stored, machine.stop(stored.agreement, tx.at))
    events.tell_of_agreement(tx, after.agreement, AgreementEvent.STOPPED, actor)
    kept = frozenset() if actor is Actor.MERCHANT else frozenset({State.RESERVED})
    for each in charge_store.of_agreement(tx.connection, stored.id, states=sorted(charge_rules.STOPPABLE - kept)):
        ledger.apply(tx, each, charge_rules.stop(each.charge))
    return after


def stop_all_of(tx: Tx, phone: str) -> None:
    """A customer's profile is deleted: the platform stops all of its agreements."""
    for stored in of_customer(tx, phone, Status.ACTIVE):
        stop(tx, stored, Actor.ADMIN)


def reject(tx: Tx, stored: StoredAgreement) -> StoredAgreement:
    """The customer rejects the draft; raises IllegalAction when it does not wait for an answer."""
    check_not_processing(tx, stored)
    after = save(tx, stored, machine.reject(stored.agreement, tx.at))
    events.tell_of_agreement(tx, after.agreement, AgreementEvent.REJECTED, Actor.USER)
    _end_initial(tx, after)
    return after


def expire(tx: Tx, stored: StoredAgreement) -> StoredAgreement:
    """The draft is over; raises IllegalAction when it is no draft any more."""
    check_not_processing(tx, stored)
    after = save(tx, stored, machine.expire(stored.agreement))
    events.tell_of_agreement(tx, after.agreement, AgreementEvent.EXPIRED)
    _end_initial(tx, after)
    return after


def _end_initial(tx: Tx, stored: StoredAgreement) -> None:
    initial = initial_of(tx, stored)
    if initial is not None and initial.charge.state is State.PENDING:
        ledger.apply(tx, initial, charge_rules.end_initial(initial.charge))


def expire_unanswered(tx: Tx, id_: int) -> None:
    """What time does to a draft that nobody accepted."""
    stored = by_id(tx, id_)
    if stored is not None and stored.agreement.can_wait and not is_processing(tx, stored):
        expire(tx, stored)


def change_maximum(tx: Tx, stored: StoredAgreement, amount: int) -> StoredAgreement:
    """The customer of an ACTIVE agreement with VARIABLE pricing chooses another maximum, in minor units.

    Raises IllegalAction when it is not ACTIVE, NamedRefusal for a maximum that nobody can choose.
    """
    _check_running(stored)
    pricing = choose_maximum(stored.agreement.pricing, amount)
    return save(tx, stored, replace(stored.agreement, pricing=pricing))


def change_card(tx: Tx, stored: StoredAgreement, number: str | None) -> StoredAgreement:
    """The customer chooses the card that pays from now on, None for whichever works; raises IllegalAction."""
    _check_running(stored)
    customer = world.customer(tx, stored.agreement.customer or "")
    if number is not None and (customer is None or number not in {each.number for each in customer.cards}):
        raise IllegalAction("The customer has no such card")
    return save(tx, stored, replace(stored.agreement, card=number))


def _check_running(stored: StoredAgreement) -> None:
    if stored.agreement.status is not Status.ACTIVE:
        raise IllegalAction(f"The agreement is {stored.agreement.status}")
