"""The documented problems of the Recurring API, by the identifiers that end their types."""

from enum import StrEnum

from mockserver.core.errors import NamedRefusal, Violation


class Problem(StrEnum):
    """Identifiers of the official list of problems."""

    VALIDATION = "validation-error"
    INVALID_JSON = "invalid-json"
    INVALID_AGREEMENT_ID = "invalid-agreement-id"
    IDEMPOTENCY_KEY = "idempotency-key-header"
    MISSING_HEADER = "missing-request-header"
    AMOUNT_TOO_HIGH = "charge-amount-too-high"
    DUE_TOO_SOON = "charge-due-too-soon"
    DUE_IN_TOO_LONG = "charge-due-in-too-long"
    INVALID_MAXIMUM = "invalid-suggested-max-amount"
    UNSUPPORTED = "unsupported-feature"
    CREATION_FAILED = "charge-creation-failed"
    CAPTURE_FAILED = "charge-capture-failed"
    CANCEL_FAILED = "cancel-charge-failed"
    OPERATION_FAILED = "operation-failed"
    ILLEGAL_UPDATE = "illegal-agreement-update"
    NOT_AUTHORIZED = "not-authorized"
    INVALID_UNIT = "invalid-sale-unit"
    NOT_FOUND = "resource-not-found"
    INVALID_METHOD = "invalid-method"
    NOT_ACCEPTABLE = "not-acceptable"
    CONFLICT = "conflict"
    IDEMPOTENCY_CONFLICT = "idempotency-conflict"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"

    @property
    def status(self) -> int:
        """The HTTP status that carries it."""
        return _STATUSES.get(self, 400)


_STATUSES = {
    Problem.NOT_AUTHORIZED: 401,
    Problem.INVALID_UNIT: 403,
    Problem.NOT_FOUND: 404,
    Problem.INVALID_METHOD: 405,
    Problem.NOT_ACCEPTABLE: 406,
    Problem.CONFLICT: 409,
    Problem.IDEMPOTENCY_CONFLICT: 409,
    Problem.UNSUPPORTED_MEDIA_TYPE: 415,
}
INVALID_INPUT = "Input validation failed"


def refused(problem: Problem, detail: str, field: str | None = None, reason: str | None = None) -> NamedRefusal:
    """The refusal with this problem; ``field`` is to blame, for ``reason`` or what ``detail`` says."""
    violations = () if field is None else (Violation(field, reason or detail),)
    return NamedRefusal(problem, problem.status, detail, violations)


def invalid(field: str, reason: str) -> NamedRefusal:
    """The refusal of one field of a request."""
    return refused(Problem.VALIDATION, INVALID_INPUT, field, reason)
