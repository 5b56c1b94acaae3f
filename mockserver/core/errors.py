"""What the platform refuses with: the ePayment error codes and the refusals that have no code."""

from collections.abc import Sequence
from enum import Enum

from mockserver.core.values import frozen


class Code(Enum):
    """The documented ePayment error codes: number, HTTP status, title (ePayment API guide, errors)."""

    INTERNAL = ("3010", 500, "Internal error")
    CAPTURE_IDEMPOTENCY = ("4010", 409, "Capture idempotency conflict")
    IDEMPOTENCY = ("4020", 409, "Idempotency error")
    INVALID_AMOUNT = ("4040", 400, "Invalid amount")
    INVALID_CUSTOMER_TOKEN = ("4050", 400, "Invalid CustomerToken")
    INVALID_PERSONAL_QR = ("4060", 400, "Invalid PersonalQr")
    INVALID_PHONE_NUMBER = ("4070", 400, "Invalid phone number")
    INVALID_SCOPE = ("4080", 400, "Invalid scope")
    INVALID_URL = ("4090", 400, "Invalid URL")
    METADATA_CAPACITY = ("4100", 400, "Metadata capacity exceeded")
    METADATA_DUPLICATE_KEYS = ("4110", 400, "Metadata duplicate keys not allowed")
    METADATA_KEY_LENGTH = ("4120", 400, "Metadata key length exceeded")
    METADATA_VALUE_LENGTH = ("4130", 400, "Metadata value length exceeded")
    MISSING_PARAMETER = ("4140", 400, "Missing required parameter")
    REFERENCE_EXISTS = ("4150", 409, "Reference exists")
    REFUND_IDEMPOTENCY = ("4150", 409, "Refund idempotency conflict")
    INVALID_METHOD_TYPE = ("4160", 400, "Invalid payment method type")
    BLOCKING_NOT_APPLICABLE = ("5010", 400, "Blocking sources not applicable")
    EXPRESS_NOT_ALLOWED = ("5020", 400, "Express payment not allowed")
    ILLEGAL_SCOPE = ("5030", 400, "Illegal scope")
    INVALID_CURRENCY = ("5040", 400, "Invalid currency for merchant")
    LONG_LIVING_NOT_ALLOWED = ("5050", 400, "Long-living payment not allowed")
    ACCOUNT_NOT_VERIFIED = ("5060", 400, "Merchant bank account not verified")
    CANNOT_BE_CREATED = ("5070", 400, "Payment cannot be created")
    PUSH_NOT_ALLOWED = ("5080", 400, "PUSH_MESSAGE not allowed")
    REFERENCE_NOT_FOUND = ("5090", 404, "Reference not found")
    REFUND_NOT_POSSIBLE = ("5100", 400, "Refund not possible")
    AMOUNT_TOO_SMALL = ("6010", 400, "Amount too small")
    REFUND_BEFORE_RESERVATION = ("6020", 400, "Attempted refund before reservation")
    CANCEL_PERIOD_EXPIRED = ("6030", 400, "Cancel period expired")
    CANNOT_CANCEL_CAPTURED = ("6040", 400, "Cannot cancel a captured payment")
    CANNOT_CANCEL_NON_RESERVED = ("6050", 400, "Cannot cancel a non-reserved payment")
    CANNOT_CANCEL_AUTHORIZED = ("6060", 400, "Cannot cancel authorized payment")
    CANNOT_CAPTURE_CANCELLED = ("6070", 400, "Cannot capture a cancelled payment")
    CAPTURE_BEFORE_RESERVATION = ("6080", 400, "Cannot capture before reservation")
    CAPTURE_TOO_HIGH = ("6090", 400, "Capture amount too high")
    CAPTURE_PERIOD_EXPIRED = ("6100", 400, "Capture period expired")
    EXPIRATION_TOO_LATE = ("6110", 400, "Expiration date is too late")
    EXPIRATION_TOO_SOON = ("6120", 400, "Expiration date is too soon")
    RECEIPT_REQUIRED = ("6130", 400, "Long living payments require a receipt")
    MUST_CAPTURE_FULL = ("6140", 400, "Must capture full amount")
    NOT_ENOUGH_REFUNDABLE = ("6150", 400, "Not enough refundable")
    ORDER_PROCESSING = ("6160", 400, "Order processing")
    ALREADY_CAPTURED = ("6170", 400, "Payment already captured")
    ALREADY_REFUNDED = ("6180", 400, "Payment already refunded")
    CANNOT_BE_CANCELLED = ("6190", 400, "Payment cannot be cancelled")
    CANNOT_BE_CAPTURED = ("6200", 400, "Payment cannot be captured")
    CANNOT_BE_REFUNDED = ("6210", 400, "Payment cannot be refunded")
    REFUND_PERIOD_EXPIRED = ("6220", 400, "Refund period expired")
    ALREADY_RESERVED = ("6230", 400, "Payment is already reserved")
    CANNOT_CANCEL_PROCESSING = ("6250", 400, "Cannot cancel processing payment")
    FUNDS_UNAVAILABLE = ("6260", 400, "Funds unavailable")
    CAPTURE_FAILED = ("6280", 400, "Capture failed, please try again later")
    CUSTOMER_NOT_FOUND = ("7010", 400, "Customer not found")
    APPROVE_FAILED = ("10010", 400, "Approve failed")
    APPROVE_NOT_ALLOWED = ("10020", 400, "Approve not allowed")
    IDENTIFICATION_REQUIRED = ("10030", 400, "Identification required")
    INVALID_PAYMENT_SOURCE = ("10040", 400, "Invalid payment source")
    NO_CARDS = ("10050", 400, "No cards")
    OPERATION_NOT_SUPPORTED = ("10060", 400, "Operation not supported")
    PAYMENT_LIMIT_EXCEEDED = ("10070", 400, "Payment limit exceeded")

    @property
    def number(self) -> str:
        """The code as it stands in ``extraDetails``."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status that carries the code."""
        return self.value[1]

    @property
    def title(self) -> str:
        """The documented name of the error."""
        return self.value[2]


class Refusal(Exception):
    """Anything that the platform answers with an error on purpose; each API shapes it in its problems.py."""


class DomainError(Refusal):
    """A refusal with a documented code; ``field`` names the culprit in the request, as a dotted path.

    ``verbatim``: somebody chose this detail, and it stands in the place of a documented one.
    """

    def __init__(
        self, code: Code, detail: str | None = None, field: str | None = None, *, verbatim: bool = False
    ) -> None:
        super().__init__(f"{code.number} {code.title}")
        self.code = code
        self.detail = detail or code.title
        self.field = field
        self.verbatim = verbatim


@frozen
class Violation:
    """One field of a malformed request (dotted path, or header name) and what it violated."""

    field: str
    reason: str


MOST_VIOLATIONS = 25
"""Entries that a refusal names one by one."""


class Malformed(Refusal):
    """The request does not have the documented form; answered 400 with one entry for each field.

    Beyond 25 of them there is one more, which says how many are not named.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        told, more = [*violations[:MOST_VIOLATIONS]], len(violations) - MOST_VIOLATIONS
        if more > 0:
            told.append(Violation("body", f"and {more} more"))
        super().__init__("; ".join(f"{violation.field}: {violation.reason}" for violation in told))
        self.violations = tuple(told)


class NamedRefusal(Refusal):
    """A refusal of an API whose errors have names in the place of codes: ``name``, HTTP ``status``, ``detail``.

    ``violations`` name what in the request is to blame.
    """

    def __init__(self, name: str, status: int, detail: str, violations: Sequence[Violation] = ()) -> None:
        super().__init__(detail)
        self.name = name
        self.status = status
        self.detail = detail
        self.violations = tuple(violations)


class Forbidden(Refusal):
    """The keys are good and the right is missing (403); ``title`` is the problem's."""

    def __init__(self, detail: str, title: str = "Forbidden") -> None:
        super().__init__(detail)
        self.title = title


class Locked(Refusal):
    """Another operation on the same payment is in flight (423)."""


class IllegalAction(Refusal):
    """The customer's side asked for something that the payment's state does not allow; no official code."""


class NotFound(Refusal):
    """Something that the control API or a page was asked for does not exist (404)."""


class AccessDenied(Refusal):
    """The gateway refuses the keys or the token (401); the message is what it says."""


class IdentityRefused(Refusal):
    """The identity provider refuses a client; ``error`` is its OAuth error, ``number`` its own error code.

    ``at`` is when, in milliseconds since 1970 (UTC): the answer says it.
    """

    def __init__(self, status: int, error: str, number: int, description: str, at: int) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.number = number
        self.at = at
        self.description = description


class InvalidClient(Refusal):
    """The specialised token endpoint refuses a client (OAuth 2.0 invalid_client); ``status`` is 400 or 401."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
