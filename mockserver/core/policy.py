"""How close to the letter this server behaves: the environment it plays and the kindnesses it allows."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeVar

from mockserver.core.values import frozen

T = TypeVar("T")


class Environment(StrEnum):
    """Which of the platform's environments is played; ``emulator`` allows what either of the others does."""

    EMULATOR = "emulator"
    TEST = "test"
    PRODUCTION = "production"


Home = Literal[Environment.TEST, Environment.PRODUCTION]
"""Where a sales unit or a customer can belong."""

HOSTS = {"apitest.vipps.no": Environment.TEST, "api.vipps.no": Environment.PRODUCTION}
"""The names of the real platform, each with the environment that is behind it."""


class Kindness(StrEnum):
    """Where the default is kinder than the documents. Each warns when used; strict turns all of them off."""

    UNKNOWN_FIELDS = "unknown-fields"
    NULL_FIELDS = "null-fields"
    SCALAR_TYPES = "scalar-types"
    MISPLACED_INTERACTION = "misplaced-interaction"
    EMPTY_CUSTOMER = "empty-customer"
    EMPTY_DESCRIPTION = "empty-description"
    MISSING_IDEMPOTENCY_KEY = "missing-idempotency-key"
    LOCAL_URLS = "local-urls"
    URL_WITHOUT_SCHEME = "url-without-scheme"
    RECEIPT_ARITHMETIC = "receipt-arithmetic"
    CALLBACK_TOKEN = "callback-token"  # noqa: S105 - the name of a rule, not a secret
    UNKNOWN_CUSTOMERS = "unknown-customers"
    SYSTEM_HEADER_LENGTH = "system-header-length"
    CHECK_DIGITS = "check-digits"
    UNREGISTERED_REDIRECT = "unregistered-redirect"
    CLIENT_AUTHENTICATION = "client-authentication"
    MOBILE_NUMBER_HINT = "mobile-number-hint"
    USERINFO_SUBSCRIPTION_KEY = "userinfo-subscription-key"
    MISSING_RETRY_DAYS = "missing-retry-days"
    LONG_DESCRIPTION = "long-description"
    SHORT_ORDER_ID = "short-order-id"
    SLASHED_DATES = "slashed-dates"
    ZONED_DATES = "zoned-dates"
    UNCHANGEABLE_FIELDS = "unchangeable-fields"
    FAULT_HEADER = "fault-header"

    @property
    def meaning(self) -> str:
        """What is accepted that the real platform may refuse."""
        return KINDNESSES[self]


KINDNESSES = {
    Kindness.UNKNOWN_FIELDS: "fields that the API does not know are ignored",
    Kindness.NULL_FIELDS: "null counts as absent, even where the API does not allow it",
    Kindness.SCALAR_TYPES: (
        "numbers are accepted where text is expected (metadata, quantities, phoneNumber), text as `count`"
    ),
    Kindness.MISPLACED_INTERACTION: "customerInteraction is also accepted inside customer",
    Kindness.EMPTY_CUSTOMER: "a customer without phoneNumber, personalQr or customerToken counts as absent",
    Kindness.EMPTY_DESCRIPTION: "an empty paymentDescription counts as absent",
    Kindness.MISSING_IDEMPOTENCY_KEY: "a request that changes something is accepted without Idempotency-Key",
    Kindness.LOCAL_URLS: "URLs may be http, and have loopback, private and container addresses",
    Kindness.URL_WITHOUT_SCHEME: "a returnUrl without a scheme is treated as https",
    Kindness.RECEIPT_ARITHMETIC: "line totals may differ from price times quantity, and free lines lack a tax rate",
    Kindness.CALLBACK_TOKEN: "a callbackAuthorizationToken may have a form that the documents do not show",
    Kindness.UNKNOWN_CUSTOMERS: "a customer is created for a phone number that nobody in the world has",
    Kindness.SYSTEM_HEADER_LENGTH: "Vipps-System-* headers may be longer than 30 characters",
    Kindness.CHECK_DIGITS: "organisation and account numbers need not be ones that a register or bank would issue",
    Kindness.UNREGISTERED_REDIRECT: "an unregistered loopback address is accepted as redirect_uri of a login",
    Kindness.CLIENT_AUTHENTICATION: "client_secret_basic and client_secret_post both work, whichever the unit uses",
    Kindness.MOBILE_NUMBER_HINT: "urn:mobilenumber: is accepted as login_hint; 8 digits get the market's country code",
    Kindness.USERINFO_SUBSCRIPTION_KEY: "a subscription key sent with a login's access token is ignored",
    Kindness.MISSING_RETRY_DAYS: "a charge without retryDays is tried for 14 days, or once with SINGLE_ATTEMPT",
    Kindness.LONG_DESCRIPTION: "descriptions of charges may have up to 100 characters, not only 45",
    Kindness.SHORT_ORDER_ID: "orderId of a charge may have fewer than 8 characters",
    Kindness.SLASHED_DATES: "dates of campaigns may have slashes, as official examples do",
    Kindness.ZONED_DATES: "dates of campaigns may have another zone than UTC",
    Kindness.UNCHANGEABLE_FIELDS: "fields that no change of an agreement can have are ignored where they stay the same",
    Kindness.FAULT_HEADER: "a request may ask for a fault with the header X-Mock-Fault",
}


@frozen
class Policy:
    """The rules of this server: ``refused`` names the kindnesses that are off (all of them when strict).

    ``apart``: whether who belongs to the other environment is unknown. ``mail``: whether emails go to a mail server.
    ``own``: what products add, one thing of each class.
    """

    environment: Environment = Environment.EMULATOR
    refused: frozenset[Kindness] = frozenset()
    apart: bool = False
    mail: bool = False
    own: tuple[object, ...] = ()

    def of(self, kind: type[T]) -> T:
        """What a product lets the settings choose, by its class; as it is by default where they choose nothing."""
        return next((each for each in self.own if isinstance(each, kind)), None) or kind()

    def knows(self, environment: Environment | None) -> bool:
        """Whether somebody of this environment is known here; None is for who belongs to both."""
        return not self.apart or environment is None or self.environment in (environment, Environment.EMULATOR)

    @property
    def token_lifetime(self) -> int:
        """How long an access token lives, in seconds: an hour, in production a day."""
        return 86_400 if self.environment is Environment.PRODUCTION else 3_600

    @property
    def card_allowed(self) -> bool:
        """Whether ``CARD`` exists at all; the official test environment does not have it."""
        return self.environment is not Environment.TEST

    @property
    def partner_keys(self) -> bool:
        """Whether partner, management and accounting keys exist, and the Management API; production only in reality."""
        return self.environment is not Environment.TEST

    @property
    def test_tools(self) -> bool:
        """Whether force approve and the magic amounts work; production has neither."""
        return self.environment is not Environment.PRODUCTION


class Notice(StrEnum):
    """What no kindness makes good, and the answer alone would not explain; told in strict mode too."""

    NOT_EMULATED = "not-emulated"
    WRONG_ADDRESS = "wrong-address"
    MISPLACED_KEYS = "misplaced-keys"
    OTHER_ENVIRONMENT = "other-environment"
    MORE = "more"
    """In place of all warnings beyond those that are kept."""


MOST_WARNINGS = 25
"""Warnings of one request that are kept one by one."""


@frozen
class Forgiven:
    """A kindness that was used, with what exactly the real platform may refuse; or a notice about a refusal.

    ``times``: how many warnings it stands for.
    """

    kindness: Kindness | Notice
    message: str
    times: int = 1

    def __str__(self) -> str:
        return f"{self.kindness}: {self.message}"


@dataclass(slots=True)
class Lenience:
    """What one request was forgiven: asks the policy, and remembers each kindness it got.

    ``warnings``: the first ones, each once, and behind them one that says how many more there were.
    """

    policy: Policy
    warnings: list[Forgiven] = field(default_factory=list)

    def allow(self, kindness: Kindness, message: str) -> bool:
        """True, and a warning kept, when this kindness is on; False when the caller has to refuse."""
        if kindness in self.policy.refused:
            return False
        self.add(Forgiven(kindness, message))
        return True

    def notice(self, notice: Notice, message: str) -> None:
        """Tell why a request is refused, where its answer does not say so."""
        self.add(Forgiven(notice, message))

    def add(self, warning: Forgiven) -> None:
        """Keep a warning, or count it."""
        if len(self.warnings) < MOST_WARNINGS:
            if warning not in self.warnings:
                self.warnings.append(warning)
            return
        more = warning.times
        if len(self.warnings) > MOST_WARNINGS:
            more += self.warnings.pop().times
        self.warnings.append(Forgiven(Notice.MORE, f"and {more} more", more))
