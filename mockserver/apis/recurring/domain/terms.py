"""What merchants ask for: drafts, changes of agreements, charges; and which of it nobody may ask for."""

import datetime
import re
from dataclasses import replace
from typing import Final

from mockserver.apis.recurring.domain import campaigns, dates
from mockserver.apis.recurring.domain.agreement import Agreement, Status
from mockserver.apis.recurring.domain.campaigns import Campaign
from mockserver.apis.recurring.domain.charge import Mode, TransactionType, Type
from mockserver.apis.recurring.domain.periods import Period
from mockserver.apis.recurring.domain.pricing import MARKETS, Pricing, change, check_amount
from mockserver.apis.recurring.domain.refusals import Problem, invalid, refused
from mockserver.core.errors import Forbidden
from mockserver.core.money import Currency, Market
from mockserver.core.values import frozen
from mockserver.world.domain.merchant import Configuration, Merchant, SalesUnit

SCOPES: Final = frozenset({"name", "address", "email", "birthDate", "phoneNumber", "nin"})
LONGEST_WAIT: Final = 2
"""Years that a charge may be ahead of its due day."""
ORDER_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
NOT_ALLOWED: Final = "The sales unit is not allowed to use the Recurring API"


@frozen
class InitialCharge:
    """What is paid when a draft is accepted; ``amount`` in minor units of the pricing's currency."""

    amount: int
    description: str
    transaction_type: TransactionType
    order_id: str | None = None
    external_id: str | None = None


@frozen
class Draft:
    """The agreement that a merchant wants, from a request of the documented form."""

    pricing: Pricing
    product_name: str
    redirect_url: str
    agreement_url: str | None = None
    product_description: str | None = None
    interval: Period | None = None
    campaign: Campaign | None = None
    initial_charge: InitialCharge | None = None
    phone: str | None = None
    scopes: tuple[str, ...] = ()
    external_id: str | None = None
    is_app: bool = False
    skip_landing_page: bool = False
    no_commercial: bool = False


def check_unit(unit: SalesUnit, merchant: Merchant) -> None:
    """Raise Forbidden for a sales unit without the Recurring product, or of a market that has none."""
    if not unit.configuration.recurring_allowed or not unit.active or not merchant.active:
        raise Forbidden(NOT_ALLOWED)
    if merchant.market not in MARKETS:
        raise Forbidden(f"The Recurring API is not offered in {merchant.market}")


def check_draft(draft: Draft, unit: SalesUnit, market: Market, at: int) -> None:
    """Raise NamedRefusal or Forbidden for a draft that this unit may not make, at a time (ms since 1970, UTC)."""
    if draft.skip_landing_page and not unit.configuration.skip_landing_page_allowed:
        raise Forbidden("The sales unit is not allowed to skip the landing page")
    if draft.skip_landing_page and draft.phone is None:
        raise refused(Problem.VALIDATION, "Invalid phone number", "phoneNumber", "skipLandingPage needs it")
    if market is Market.NO and draft.agreement_url is None:
        raise invalid("merchantAgreementUrl", "Is required for Norwegian sales units")
    _check_scopes(draft.scopes, unit.configuration)
    if draft.campaign is not None:
        campaigns.check(draft.campaign, draft.pricing, at)
    if draft.initial_charge is not None:
        check_amount(draft.initial_charge.amount, draft.pricing.currency, "initialCharge.amount")


def _check_scopes(scopes: tuple[str, ...], configuration: Configuration) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise invalid("scope", f"There is no scope {unknown[0][:50]}")
    if "nin" in scopes and not configuration.nin_allowed:
        raise invalid("scope", "The sales unit may not ask for nin")


@frozen
class Update:
    """What a merchant changes of an agreement; None for what stays. With ``pay_per_use`` the interval goes."""

    product_name: str | None = None
    product_description: str | None = None
    agreement_url: str | None = None
    external_id: str | None = None
    amount: int | None = None
    suggested_max: int | None = None
    interval: Period | None = None
    pay_per_use: bool = False

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Update()


def check_active(agreement: Agreement) -> None:
    """Raise NamedRefusal illegal-agreement-update for an agreement that is not ACTIVE."""
    if agreement.status is not Status.ACTIVE:
        reason = "Cannot modify an agreement which is not active."
        raise refused(Problem.ILLEGAL_UPDATE, "Illegal update", "status", reason)


def updated(agreement: Agreement, update: Update) -> Agreement:
    """The agreement with all changes at once; raises NamedRefusal, and then nothing has changed."""
    check_active(agreement)
    interval = agreement.interval if update.interval is None else update.interval
    return replace(
        agreement,
        product_name=update.product_name or agreement.product_name,
        product_description=_given(update.product_description, agreement.product_description),
        agreement_url=_given(update.agreement_url, agreement.agreement_url),
        external_id=_given(update.external_id, agreement.external_id),
        pricing=change(agreement.pricing, update.amount, update.suggested_max),
        interval=None if update.pay_per_use else interval,
    )


def _given(new: str | None, old: str | None) -> str | None:
    return old if new is None else new


@frozen
class ChargeRequest:
    """The charge that a merchant wants; ``due`` is None for UNSCHEDULED, ``amount`` in minor units."""

    amount: int
    description: str
    transaction_type: TransactionType
    type: Type = Type.RECURRING
    due: datetime.date | None = None
    retry_days: int = 0
    mode: Mode = Mode.MULTIPLE
    order_id: str | None = None
    external_id: str | None = None


def check_charge(request: ChargeRequest, currency: Currency, unit: SalesUnit, market: Market, at: int) -> None:
    """Raise NamedRefusal for a charge that can never be made, whatever its agreement; ``at`` in ms since 1970."""
    check_amount(request.amount, currency)
    check_transaction(request.transaction_type, unit.configuration)
    if request.type is Type.UNSCHEDULED:
        _check_unscheduled(unit.configuration)
        return
    if request.due is None:
        raise invalid("due", "Is required for RECURRING charges")
    check_due(request.due, market, at)
    if request.mode is Mode.SINGLE and request.retry_days:
        raise invalid("retryDays", "Must be 0 with SINGLE_ATTEMPT")


def check_transaction(kind: TransactionType, configuration: Configuration, field: str = "transactionType") -> None:
    """Raise NamedRefusal for DIRECT_CAPTURE at a unit that is not set up for it."""
    if kind is TransactionType.DIRECT and not configuration.direct_capture_allowed:
        raise invalid(field, "The sales unit is not set up for DIRECT_CAPTURE")


def _check_unscheduled(configuration: Configuration) -> None:
    if not configuration.unscheduled_charges_allowed:
        raise refused(Problem.UNSUPPORTED, "Cannot create a charge with type 'UNSCHEDULED'", "type")


def check_due(due: datetime.date, market: Market, at: int) -> None:
    """Raise NamedRefusal for a day before tomorrow, in the market and by UTC, or more than 2 years ahead."""
    today = dates.local_day(at, market)
    # Tomorrow by UTC passes too: clients compute it so.
    earliest = min(today, dates.utc_day(at)) + datetime.timedelta(days=1)
    if due < earliest:
        reason = f"Must be {earliest} or later"
        raise refused(Problem.DUE_TOO_SOON, f"The charge is due too soon. {reason}", "due", reason)
    latest = dates.in_years(today, LONGEST_WAIT)
    if due > latest:
        reason = f"Must be {latest} or earlier"
        raise refused(Problem.DUE_IN_TOO_LONG, f"The charge is due in too long. {reason}", "due", reason)
