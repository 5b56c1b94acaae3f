"""The people who pay: their numbers, addresses and cards."""

import binascii
import datetime
import re
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from urllib.parse import urlsplit

from mockserver.core.errors import Code, DomainError, Malformed, Violation
from mockserver.core.exact import EXACT
from mockserver.core.money import Market
from mockserver.core.policy import Home
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import LONGEST_DELAY, Conduct, DeclineReason, PaymentBehaviour

MSISDN = re.compile(r"[1-9][0-9]{8,14}", re.ASCII)
"""Digits only, country code first (platform rules); no country code begins with 0."""
KEPT_MSISDN = re.compile(r"[0-9]{9,15}", re.ASCII)
MSISDN_RULE = "9 to 15 digits, country code first, so never a 0"

LONGEST_LOGIN_DELAY = 86_400
"""Seconds."""

YOUNGEST = 15
"""Years that a user has to have to log in, and to share a profile."""

_COUNTRY_CODES = {"47": Market.NO, "45": Market.DK, "358": Market.FI, "46": Market.SE}
_QR_CODES = "https://qr.vipps.no/p/"
_QR_MARK = "qr:"
"""What the codes of personal QRs hold in front of the customer's token."""
_SUBJECTS = uuid.UUID("6a0a6a3c-5b53-4f0e-9a1e-3d3c5d1f7b10")


class CardKind(StrEnum):
    """The card schemes that decide for how long a capture is guaranteed."""

    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    BANKAXEPT = "BANKAXEPT"


@frozen
class Card:
    """A payment card: ``number`` is a test number, ``commercial`` one that merchants in DK/FI may block."""

    __pydantic_config__ = EXACT

    number: str
    kind: CardKind = CardKind.VISA
    expired: bool = False
    commercial: bool = False

    @property
    def bin(self) -> str:
        """The first six digits, which identify the issuing bank."""
        return self.number[:6]

    def __str__(self) -> str:
        return f"{self.kind} •••• {self.number[-4:]}"


class AddressType(StrEnum):
    """The three addresses that a user may have."""

    HOME = "home"
    WORK = "work"
    OTHER = "other"


class Gender(StrEnum):
    """What a user said; nothing is shared of one who said nothing."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class LoginBehaviour(StrEnum):
    """What a customer does when asked to confirm a login."""

    BY_HAND = "by-hand"
    """Waits for somebody to act on the page or by the control API."""
    AT_ONCE = "at-once"
    DELAYED = "delayed"
    """Confirms ``login_delay`` seconds later."""
    NEVER = "never"
    CANCELS = "cancels"
    WRONG_NUMBER = "wrong-number"
    OLD_APP = "old-app"


@frozen
class Address:
    """A postal address; ``country`` as ISO 3166-1 alpha-2.

    Without a ``type`` a customer's first address is home, the second work, all others other.
    """

    __pydantic_config__ = EXACT

    line1: str
    city: str
    post_code: str
    country: str
    line2: str | None = None
    type: AddressType | None = None

    def __str__(self) -> str:
        lines = (self.line1, self.line2, f"{self.post_code} {self.city}", self.country)
        return ", ".join(line for line in lines if line)


@frozen
class Customer:
    """A user of the app.

    ``token`` is what a customer token in a payment request resolves to. ``payment_limit`` is in minor units.
    ``has_approved`` says whether this user ever approved by hand: force approve needs it. The first address is the
    default one. ``login`` is how the user answers to logins, ``login_delay`` after how many seconds of the clock.
    Who is not ``active`` neither logs in nor pays.
    ``payment``, ``payment_delay`` and ``decline_reason`` say the same of payments. With ``environment`` the user is
    known there only, where environments are kept apart.
    """

    __pydantic_config__ = EXACT

    phone: str
    first_name: str
    last_name: str
    email: str
    birth_date: str
    market: Market
    token: str
    nin: str | None = None
    addresses: tuple[Address, ...] = ()
    cards: tuple[Card, ...] = ()
    payment_limit: int | None = None
    has_approved: bool = True
    gender: Gender | None = None
    email_verified: bool = True
    login: LoginBehaviour = LoginBehaviour.BY_HAND
    login_delay: int = 5
    active: bool = True
    payment: PaymentBehaviour = PaymentBehaviour.BY_HAND
    payment_delay: int = 0
    decline_reason: DeclineReason = DeclineReason.REFUSED_BY_ISSUER
    environment: Home | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def personal_qr(self) -> str:
        """The text of the QR code in the user's app, which says nothing to people: it follows from ``token``."""
        code = urlsafe_b64encode(f"{_QR_MARK}{self.token}".encode()).decode().rstrip("=")
        return f"{_QR_CODES}{code}"

    @property
    def conduct(self) -> Conduct:
        """How this user answers to payments when nobody plays it."""
        return Conduct(self.payment, self.payment_delay, self.decline_reason)

    @property
    def typed_addresses(self) -> tuple[tuple[AddressType, Address], ...]:
        """The addresses with their types, the default one first."""
        usual = (AddressType.HOME, AddressType.WORK)
        return tuple(
            (address.type or (usual[index] if index < len(usual) else AddressType.OTHER), address)
            for index, address in enumerate(self.addresses)
        )

    def age(self, today: datetime.date) -> int:
        """Full years on ``today`` (UTC)."""
        born = datetime.date.fromisoformat(self.birth_date)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def age_at(self, at: int) -> int:
        """Full years at a time, in milliseconds since 1970 (UTC)."""
        return self.age(datetime.datetime.fromtimestamp(at / 1000, datetime.UTC).date())

    @property
    def is_user(self) -> bool:
        """Whether the app has such a user, whose account is active."""
        return self.active and self.payment is not PaymentBehaviour.UNKNOWN

    def may_log_in(self, at: int) -> bool:
        """Whether the user can log in at a time: with an account that is active, and 15 years old."""
        return self.is_user and self.age_at(at) >= YOUNGEST

    def subject(self, msn: str) -> str:
        """The ``sub`` of this user at one sales unit: a UUID, the same for ever, different between units."""
        return str(uuid.uuid5(_SUBJECTS, f"{msn}:{self.phone}"))


def check_customer(customer: Customer, *, kept: bool = False) -> Customer:
    """Give the customer back; raises Malformed for what no customer can have.

    ``kept``: it was taken once, maybe by an earlier version, whose numbers may begin with 0.
    """
    violations = []
    if not (KEPT_MSISDN if kept else MSISDN).fullmatch(customer.phone):
        violations.append(Violation("phone", f"Must be an MSISDN: {MSISDN_RULE}"))
    if not _is_date(customer.birth_date):
        violations.append(Violation("birth_date", "Must be a date such as 1990-12-31"))
    if customer.payment_limit is not None and customer.payment_limit < 0:
        violations.append(Violation("payment_limit", "Must not be negative"))
    if not 0 <= customer.login_delay <= LONGEST_LOGIN_DELAY:
        violations.append(Violation("login_delay", f"Must be 0 to {LONGEST_LOGIN_DELAY} seconds"))
    if not 0 <= customer.payment_delay <= LONGEST_DELAY:
        violations.append(Violation("payment_delay", f"Must be 0 to {LONGEST_DELAY} seconds"))
    if violations:
        raise Malformed(violations)
    return customer


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_may_log_in(customer: Customer, at: int) -> Customer:
    """Give the customer back who can log in at a time; raises DomainError 7010, whatever the way of logging in."""
    if not customer.may_log_in(at):
        reason = f"Logging in needs an active account and {YOUNGEST} years of age"
        raise DomainError(Code.CUSTOMER_NOT_FOUND, reason, "customer")
    return customer


class CustomerKey(StrEnum):
    """The three ways in which a merchant may name a customer."""

    PHONE_NUMBER = "phoneNumber"
    PERSONAL_QR = "personalQr"
    CUSTOMER_TOKEN = "customerToken"  # noqa: S105 - a field of the wire


@frozen
class CustomerReference:
    """A customer as a merchant names it, before anybody looked it up."""

    key: CustomerKey
    value: str

    @property
    def phone(self) -> str | None:
        """The MSISDN that the reference holds; None where it is, or holds, a token.

        Raises DomainError 4070 for a bad number and 4060 for a code that is not a personal QR.
        """
        if self.key is CustomerKey.CUSTOMER_TOKEN:
            return None
        if self.key is CustomerKey.PHONE_NUMBER:
            return check_phone(self.value)
        content = _content_of_qr(self.value)
        return content if MSISDN.fullmatch(content) else None

    @property
    def token(self) -> str:
        """The customer's token that a reference without a phone number is or holds."""
        return _token_of_code(_last_part(self.value)) if self.key is CustomerKey.PERSONAL_QR else self.value


def check_phone(phone: str, field: str = "customer.phoneNumber") -> str:
    """Give the number back when it is an MSISDN; raises DomainError 4070 naming ``field`` otherwise."""
    if not MSISDN.fullmatch(phone):
        raise DomainError(
            Code.INVALID_PHONE_NUMBER,
            f"Must be an MSISDN: {MSISDN_RULE}, and no prefix",
            field,
        )
    return phone


def country_code(market: Market) -> str:
    """What numbers of a market begin with."""
    return next(prefix for prefix, each in _COUNTRY_CODES.items() if each is market)


def market_of(phone: str) -> Market | None:
    """The market that a number's country code belongs to, if it is one of ours."""
    for prefix, market in _COUNTRY_CODES.items():
        if phone.startswith(prefix):
            return market
    return None


def _content_of_qr(text: str) -> str:
    last = _last_part(text)
    if not 5 <= len(text) <= 255 or not (MSISDN.fullmatch(last) or _token_of_code(last)):
        raise bad_personal_qr()
    return last


def _last_part(text: str) -> str:
    path = urlsplit(text).path if "://" in text else ""
    return path.rstrip("/").rpartition("/")[2]


def _token_of_code(code: str) -> str:
    try:
        text = urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.removeprefix(_QR_MARK) if text.startswith(_QR_MARK) else ""


def bad_personal_qr() -> DomainError:
    """The refusal of a text that is in no customer's app."""
    return DomainError(
        Code.INVALID_PERSONAL_QR,
        f"Must be the full content of a personal QR code, such as {_QR_CODES}4712345678",
        "customer.personalQr",
    )
