"""The terms of a payment, as its createPayment request fixed them, and the rules they obey."""

from collections.abc import Mapping
from enum import StrEnum

from mockserver.apis.epayment.domain.receipt import Receipt
from mockserver.apis.epayment.domain.receipt import check as check_receipt
from mockserver.apis.epayment.domain.shipping import Express, flaws
from mockserver.core.errors import Code, DomainError, Forbidden, Malformed, Violation
from mockserver.core.instants import DAY, MINUTE
from mockserver.core.money import MAXIMUM, MINIMUM, Amount, Market
from mockserver.core.policy import Policy
from mockserver.core.values import frozen
from mockserver.world.domain.customer import CustomerReference
from mockserver.world.domain.merchant import Configuration, Merchant, SalesUnit

DEFAULT_LIFETIME = 10 * MINUTE
"""How long a payment waits for its customer unless expiresAt is set, in milliseconds."""
LONGEST_LIFETIME = 60 * DAY

SCOPES = ("name", "address", "email", "phoneNumber", "birthDate", "nin")
"""What may be asked for in profile.scope."""
ACCOUNT_NUMBERS = "accountNumbers"
"""A scope that exists, for which no sales unit of ours has the permission."""
EXPRESS_SCOPE = "address"
"""What an Express payment asks for in any case."""


NOTHING_BLOCKED = {Market.NO: "Norwegian", Market.SE: "Swedish"}
"""Markets without blocked payment sources, as refusals call them."""


class UserFlow(StrEnum):
    """How the customer gets to the approval screen."""

    WEB_REDIRECT = "WEB_REDIRECT"
    NATIVE_REDIRECT = "NATIVE_REDIRECT"
    PUSH_MESSAGE = "PUSH_MESSAGE"
    QR = "QR"


class PaymentMethod(StrEnum):
    """Paid in the app, or with a free-standing card."""

    WALLET = "WALLET"
    CARD = "CARD"


class QrFormat(StrEnum):
    """What the redirectUrl of a QR payment leads to."""

    TARGET_URL = "TEXT/TARGETURL"
    SVG = "IMAGE/SVG+XML"
    PNG = "IMAGE/PNG"


@frozen
class LegalLinks:
    """Where a merchant's terms of sale and privacy policy can be read."""

    terms_of_sale: str | None = None
    privacy_policy: str | None = None


@frozen
class Terms:
    """The requested data. ``expires_at`` in milliseconds since 1970 (UTC), ``qr_size`` in pixels.

    ``blocked_sources`` is true when commercial cards are not taken.
    """

    reference: str
    amount: Amount
    method: PaymentMethod
    user_flow: UserFlow
    customer: CustomerReference | None = None
    return_url: str | None = None
    description: str | None = None
    scopes: tuple[str, ...] = ()
    express: Express | None = None
    receipt: Receipt | None = None
    metadata: Mapping[str, str] | None = None
    expires_at: int | None = None
    minimum_age: int | None = None
    blocked_sources: bool = False
    qr_format: QrFormat = QrFormat.SVG
    qr_size: int = 1024
    receipt_url: str | None = None
    legal_links: LegalLinks | None = None

    @property
    def must_be_accepted(self) -> bool:
        """Whether there are terms of sale that the customer has to accept before paying."""
        return self.legal_links is not None and self.legal_links.terms_of_sale is not None


def check(terms: Terms, unit: SalesUnit, merchant: Merchant, policy: Policy, at: int) -> None:
    """Refuse what this unit may not ask for at this time (ePayment API guide; error codes).

    URLs are not looked at here: how strict to be with them is a matter of lenience.
    Raises DomainError, Malformed, or Forbidden where the unit lacks the product.
    """
    _check_unit(unit, merchant)
    _check_amount(terms.amount, merchant.market)
    _check_flow(terms, unit.configuration)
    _check_method(terms, merchant.market, unit.configuration, policy)
    if terms.customer is not None:
        _ = terms.customer.phone
    if terms.scopes:
        _check_scopes(terms.scopes, unit.configuration)
    if terms.metadata:
        _check_metadata(terms.metadata)
    if terms.receipt is not None:
        check_receipt(terms.receipt, terms.amount.currency)
    if terms.expires_at is not None:
        _check_expiry(terms, terms.expires_at, unit.configuration, at)
    if terms.express is not None:
        _check_express(terms, terms.express, unit.configuration)


def _check_unit(unit: SalesUnit, merchant: Merchant) -> None:
    if not unit.active or not merchant.active:
        raise DomainError(Code.CANNOT_BE_CREATED, "The sales unit or its merchant is not active")
    if not unit.configuration.payment_allowed:
        raise Forbidden("Merchant Not Allowed for Ecommerce Payment")
    if not unit.configuration.bank_account_verified:
        raise DomainError(Code.ACCOUNT_NOT_VERIFIED)


def _check_amount(amount: Amount, market: Market) -> None:
    if amount.currency is not market.currency:
        raise DomainError(
            Code.INVALID_CURRENCY,
            f"A sales unit in {market} is paid in {market.currency}, not {amount.currency}",
            "amount.currency",
        )
    if amount.value < MINIMUM[amount.currency]:
        raise DomainError(
            Code.AMOUNT_TOO_SMALL,
            f"The minimum is {MINIMUM[amount.currency]} minor units of {amount.currency}",
            "amount.value",
        )


def _check_flow(terms: Terms, configuration: Configuration) -> None:
    if terms.user_flow is UserFlow.WEB_REDIRECT and not terms.return_url:
        raise DomainError(Code.MISSING_PARAMETER, "WEB_REDIRECT needs a returnUrl", "returnUrl")
    if terms.user_flow is UserFlow.PUSH_MESSAGE:
        if terms.customer is None:
            raise DomainError(Code.MISSING_PARAMETER, "PUSH_MESSAGE needs a customer", "customer")
        if not configuration.skip_landing_page_allowed:
            raise DomainError(Code.PUSH_NOT_ALLOWED, field="userFlow")


def _check_method(terms: Terms, market: Market, configuration: Configuration, policy: Policy) -> None:
    if terms.blocked_sources and (market in NOTHING_BLOCKED or terms.method is not PaymentMethod.WALLET):
        people = NOTHING_BLOCKED.get(market)
        reason = f"Not possible to block payment sources for market: '{people}'" if people else "Only with WALLET"
        raise DomainError(Code.BLOCKING_NOT_APPLICABLE, reason, "paymentMethod.blockedSources")
    if terms.method is PaymentMethod.WALLET:
        return
    field = "paymentMethod.type"
    if not policy.card_allowed:
        raise DomainError(Code.INVALID_METHOD_TYPE, "CARD is not available in the test environment", field)
    if terms.user_flow is not UserFlow.WEB_REDIRECT:
        raise DomainError(Code.INVALID_METHOD_TYPE, "CARD goes with the userFlow WEB_REDIRECT only", field)
    if not configuration.credit_card_payment_allowed:
        raise DomainError(Code.INVALID_METHOD_TYPE, "This sales unit does not take card payments", field)


def _check_scopes(scopes: tuple[str, ...], configuration: Configuration) -> None:
    for scope in scopes:
        if scope == ACCOUNT_NUMBERS:
            raise DomainError(Code.ILLEGAL_SCOPE, f"This sales unit may not ask for {scope}", "profile.scope")
        if scope not in SCOPES:
            raise DomainError(Code.INVALID_SCOPE, f"There is no scope {scope!r}", "profile.scope")
    if "nin" in scopes and not configuration.nin_allowed:
        raise DomainError(Code.ILLEGAL_SCOPE, "This sales unit may not ask for nin", "profile.scope")


def _check_metadata(metadata: Mapping[str, str]) -> None:
    if len(metadata) > 5:
        raise DomainError(Code.METADATA_CAPACITY, "At most 5 pairs", "metadata")
    for key, value in metadata.items():
        if len(key) > 100:
            raise DomainError(Code.METADATA_KEY_LENGTH, "A key has at most 100 characters", "metadata")
        if len(value) > 500:
            raise DomainError(Code.METADATA_VALUE_LENGTH, "A value has at most 500 characters", f"metadata.{key}")


def _check_expiry(terms: Terms, expires_at: int, configuration: Configuration, at: int) -> None:
    if not configuration.long_living_payment_allowed:
        raise DomainError(Code.LONG_LIVING_NOT_ALLOWED, field="expiresAt")
    if terms.method is not PaymentMethod.WALLET:
        raise DomainError(Code.INVALID_METHOD_TYPE, "expiresAt goes with WALLET only", "paymentMethod.type")
    if terms.receipt is None:
        raise DomainError(Code.RECEIPT_REQUIRED, field="receipt")
    if expires_at <= at + DEFAULT_LIFETIME:
        raise DomainError(Code.EXPIRATION_TOO_SOON, "Must be more than 10 minutes ahead", "expiresAt")
    if expires_at >= at + LONGEST_LIFETIME:
        raise DomainError(Code.EXPIRATION_TOO_LATE, "Must be less than 60 days ahead", "expiresAt")
    longest = configuration.long_living_maximum
    if longest is not None and expires_at > at + longest * 1000:
        reason = f"At this sales unit, at most {longest} seconds ahead"
        raise DomainError(Code.EXPIRATION_TOO_LATE, reason, "expiresAt")


def _check_express(terms: Terms, express: Express, configuration: Configuration) -> None:
    if not configuration.express_allowed:
        raise DomainError(Code.EXPRESS_NOT_ALLOWED, field="shipping")
    if terms.method is not PaymentMethod.WALLET:
        raise DomainError(Code.INVALID_METHOD_TYPE, "Express is paid with WALLET only", "paymentMethod.type")
    if EXPRESS_SCOPE not in terms.scopes:
        raise DomainError(Code.INVALID_SCOPE, f"Express needs the scope {EXPRESS_SCOPE}", "profile.scope")
    _check_options(terms, express)


def _check_options(terms: Terms, express: Express) -> None:
    options = [option for group in express.groups or () for option in group.options]
    violations = [
        Violation("shipping.fixedOptions", f"Option {option.id!r} is not priced in {terms.amount.currency}")
        for option in options
        if option.amount.currency is not terms.amount.currency
    ]
    violations += [
        Violation("shipping.fixedOptions", f"With option {option.id!r} the payment is above {MAXIMUM}")
        for option in options
        if option.amount.value + terms.amount.value > MAXIMUM
    ]
    violations += [Violation("shipping.fixedOptions", flaw) for flaw in flaws(express.groups or ())]
    if express.dynamic is None and not options:
        violations.append(Violation("shipping.fixedOptions", "At least one option is needed"))
    if violations:
        raise Malformed(violations)
