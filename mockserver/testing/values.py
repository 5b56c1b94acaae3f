"""What control calls give: frozen values with the names of the control API in Python's writing.

Times are datetimes in UTC, amounts minor units. Fields that an older or newer server does not know are None.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from mockserver.core.values import frozen

T = TypeVar("T")


def build(kind: type[T], content: Mapping[str, Any]) -> T:
    """A value of ``kind`` from the JSON object of the control API that shows it."""
    given = {}
    for name, key, convert, default in _plan(kind):  # type: ignore[arg-type] # mypy doubts that classes are hashable
        value = content.get(key, default)
        given[name] = value if value is None or convert is None else convert(value)
    return kind(**given)


def build_all(kind: type[T], contents: list[Mapping[str, Any]]) -> tuple[T, ...]:
    """One value for each of them."""
    return tuple(build(kind, content) for content in contents)


@cache
def _plan(kind: Any) -> list[tuple[str, str, Callable[[Any], Any] | None, Any]]:
    return [
        (each.name, _camel(each.name), _converter(each.type), None if each.default is MISSING else each.default)
        for each in fields(kind)
    ]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    if kind is datetime:
        return datetime.fromisoformat
    if get_origin(kind) is tuple:
        inner = _converter(get_args(kind)[0])
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    return partial(build, kind) if isinstance(kind, type) and is_dataclass(kind) else None


@frozen
class Declined:
    """Why an attempt to pay failed, and whose it was; ``customer`` is None when nobody was named."""

    customer: str | None
    reason: str
    detail: str


@frozen
class Decline:
    """The same, and when."""

    customer: str | None
    reason: str
    detail: str
    at: datetime


@frozen
class Event:
    """Something that happened to a payment, or was tried without success."""

    name: str
    amount: int
    success: bool
    at: datetime
    psp_reference: str | None
    idempotency_key: str | None
    declined: Declined | None = None


@frozen
class Payment:
    """A payment; ``events``, oldest first, ``landing_page`` and links are there when a single one was asked for.

    ``declines`` are the latest attempts that failed, oldest first; ``declined`` and ``detail`` say why, right after it
    was declined.
    """

    msn: str
    reference: str
    state: str
    currency: str
    amount: int
    authorized: int
    captured: int
    refunded: int
    cancelled: int
    created_at: datetime
    expires_at: datetime
    capture_deadline: datetime | None
    processing_until: datetime | None
    customer: str | None
    declines: tuple[Decline, ...] = ()
    events: tuple[Event, ...] = ()
    landing_page: str | None = None
    declined: str | None = None
    detail: str | None = None
    merchant_legal_links: dict[str, Any] | None = None


@frozen
class Time:
    """What the clock shows; ``ahead_seconds`` of the wall clock."""

    now: datetime
    frozen: bool
    ahead_seconds: float


@frozen
class Warned:
    """A kindness that a request needed."""

    kindness: str
    message: str


@frozen
class Content:
    """One side of a request: ``headers`` as pairs, secrets redacted; ``body`` as text, shortened when it is long."""

    body: str
    headers: tuple[Any, ...] = ()


@frozen
class Request:
    """A journal entry. ``scenario``: the rule that decided, and its outcome. ``cut`` names parts that are not whole."""

    id: int
    at: datetime
    direction: str
    api: str | None
    operation: str | None
    msn: str | None
    reference: str | None
    method: str
    path: str
    query: str
    status: int
    duration_ms: float
    warnings: tuple[Warned, ...]
    scenario: Mapping[str, Any] | None
    request: Content
    response: Content
    cut: tuple[str, ...] = ()


@frozen
class Due:
    """Something that time does: which kind of thing, to which row of the store."""

    at: datetime
    kind: str
    key: int


@frozen
class News:
    """What happened, in order: the JSON of each, whose ``kind`` says what it is.

    ``next`` is the number to ask after, ``missed`` how much was forgotten before it was asked for.
    """

    news: tuple[dict[str, Any], ...]
    next: int
    missed: int


@frozen
class Webhook:
    """A registration."""

    id: str
    owner: Mapping[str, str]
    url: str
    events: tuple[str, ...]
    created_at: datetime
    paused: bool
    failing_since: datetime | None
    faults: Mapping[str, Any]


@frozen
class Attempt:
    """One try to deliver; ``status`` 0 when there was no answer, ``response`` then says why."""

    at: datetime
    status: int
    duration_ms: float
    headers: Mapping[str, str]
    response: str


@frozen
class Finding:
    """One part of a delivery, and whether it is right."""

    part: str
    right: bool
    words: str


@frozen
class VerifiedAttempt:
    """One try, and what is right and wrong about it."""

    at: datetime
    genuine: bool
    findings: tuple[Finding, ...]


@frozen
class Delivery:
    """An event on its way to one registration: waiting, sending, delivered, given-up or dropped. ``body`` is text."""

    id: int
    webhook: str
    event: str
    subject: str
    state: str
    created_at: datetime
    due_at: datetime | None
    tries: int
    body: str
    attempts: tuple[Attempt, ...]


@frozen
class Message:
    """What arrived at an inbox: ``body`` as JSON where it is, ``genuine`` when its signature is right.

    ``cut`` names parts that are not whole.
    """

    at: datetime
    headers: Mapping[str, str]
    body: Any
    genuine: bool
    findings: tuple[Any, ...]
    cut: tuple[str, ...] = ()


@frozen
class Rule:
    """A scenario rule: ``when`` and ``then`` as written, how many requests it fitted and was applied to."""

    name: str
    when: Mapping[str, Any] | None
    then: Mapping[str, Any]
    enabled: bool
    outcome: str
    operations: tuple[str, ...]
    matched: int
    applied: int


@frozen
class Order:
    """A product order, with what the partner never sees."""

    id: str
    type: str
    status: str
    partner: str | None
    merchant: str
    created_at: datetime
    expires_at: datetime | None
    submitted_at: datetime | None
    ready_at: datetime | None
    decided_at: datetime | None
    hold: str | None
    answered: bool
    review_at: datetime | None
    answers: Any
    rejection: str | None
    msn: str | None
    form: Mapping[str, Any]
    dropped: Any
    page: str | None


@frozen
class Email:
    """An email that somebody got in the course of an order."""

    id: int
    kind: str
    order: str
    address: str
    subject: str
    text: str
    written_at: datetime
    state: str
    tries: int
    failure: str | None


@frozen
class Login:
    """A login; ``redirect_to`` is where the browser goes once it is answered, ``form`` what it posts from there."""

    id: str
    msn: str
    client_id: str
    state: str
    scopes: tuple[str, ...]
    redirect_uri: str | None
    customer: str | None
    created_at: datetime
    expires_at: datetime
    error: str | None
    page: str | None
    redirect_to: str | None
    form: dict[str, str] | None


@frozen
class Authentication:
    """A login that a merchant started."""

    auth_req_id: str
    login_id: str
    msn: str
    client_id: str
    customer: str
    state: str
    binding_message: str | None
    scopes: tuple[str, ...]
    interval: int
    created_at: datetime
    expires_at: datetime
    error: str | None
    redirect_to: str | None


@frozen
class Consent:
    """What a user shares with a sales unit; ``webhook`` is what became of telling it, right after a withdrawal."""

    msn: str
    phone: str
    sub: str
    scopes: tuple[str, ...]
    given_at: datetime
    asked: tuple[str, ...] = ()
    webhook: str | None = None


@frozen
class Point:
    """A point of the official checklists: shown, not seen, wrong or cannot tell.

    ``requests`` are numbers of journal entries, ``facts`` name what bears the verdict out beside those and deliveries.
    """

    id: str
    api: str
    title: str
    source: str
    verdict: str
    explanation: str
    requests: tuple[int, ...]
    deliveries: tuple[int, ...]
    facts: tuple[str, ...] = ()


@frozen
class Snapshot:
    """All that a server knew at a time."""

    name: str
    taken_at: datetime
